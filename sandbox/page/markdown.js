// Markdown blocks, as far as Slack translates standard Markdown:
// https://docs.slack.dev/reference/block-kit/blocks/markdown-block

import { h, link } from "./dom.js";
import { emoji } from "./emoji.js";

const MARKS =
  /\\([\\`*_{}[\]()#+\-.!~|>])|`([^`]+)`|\*\*\*([^*]+)\*\*\*|\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~|\*([^*\s](?:[^*]*[^*\s])?)\*|(?<![\p{L}\p{N}])_([^_\s](?:[^_]*[^_\s])?)_(?![\p{L}\p{N}])|!?\[([^\]]*)\]\(([^)\s]+)(?:\s+"[^"]*")?\)|:([a-z0-9_+'-]+(?:::skin-tone-\d)?):|(https?:\/\/[^\s<>()]*[^\s<>().,;:!?'"])/gu;

/** A markdown block. */
export function markdownNode(text) {
  const nodes = [];
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  while (lines.length) nodes.push(takeBlock(lines));
  return h("div", { class: "rich-text", dir: "auto" }, nodes);
}

const KINDS = [
  [/^\s*(```|~~~)/, takeCode],
  [/^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/, (lines) => (lines.shift(), h("hr"))],
  [/^#{1,6}\s/, takeHeading],
  [/^\s*>/, takeQuote],
  [/^\s*(?:[-*+]|\d+[.)])\s/, takeList],
  [/^\s*$/, (lines) => (lines.shift(), null)],
];

function takeBlock(lines) {
  if (/\|/.test(lines[0]) && /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[1] ?? "")) return takeTable(lines);
  const take = KINDS.find(([pattern]) => pattern.test(lines[0]))?.[1] ?? takeParagraph;
  return take(lines);
}

function takeWhile(lines, holds) {
  const taken = [];
  while (lines.length && holds(lines[0])) taken.push(lines.shift());
  return taken;
}

function takeCode(lines) {
  const fence = lines.shift().trim().slice(0, 3);
  const code = takeWhile(lines, (line) => line.trim() !== fence);
  lines.shift();
  return h("pre", { tabindex: 0 }, code.join("\n"));
}

function takeHeading(lines) {
  const [, marks, words] = /^(#+)\s+(.*?)\s*#*$/.exec(lines.shift());
  return h("p", { class: `heading h${marks.length}` }, h("strong", {}, run(words)));
}

function takeQuote(lines) {
  const quoted = takeWhile(lines, (line) => /^\s*>/.test(line)).map((line) => line.replace(/^\s*>\s?/, ""));
  const inside = [];
  while (quoted.length) inside.push(takeBlock(quoted));
  return h("blockquote", {}, inside.filter(Boolean));
}

const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;

function takeList(lines) {
  const items = takeWhile(lines, (line) => ITEM.test(line)).map((line) => ITEM.exec(line));
  return listOf(items, items[0][1].length);
}

/** The items at a depth; deeper ones go inside the item before. */
function listOf(items, depth) {
  const isOrdered = /\d/.test(items[0][2]);
  const start = isOrdered ? Number.parseInt(items[0][2], 10) : null;
  const list = h(isOrdered ? "ol" : "ul", { start: start > 1 ? start : null });
  while (items.length && items[0][1].length >= depth) {
    if (items[0][1].length > depth && list.lastElementChild) list.lastElementChild.append(listOf(items, items[0][1].length));
    else list.append(itemNode(items.shift()[3]));
  }
  return list;
}

function itemNode(words) {
  const [, tick, rest] = /^\[([ xX])\]\s+(.*)$/.exec(words) ?? [];
  if (tick === undefined) return h("li", {}, run(words));
  return h("li", { class: "todo" }, h("input", { type: "checkbox", disabled: true, checked: tick !== " ", "aria-label": tick === " " ? "Open" : "Done" }), " ", run(rest));
}

function takeTable(lines) {
  const rows = takeWhile(lines, (line) => line.includes("|"));
  const cells = (row) => row.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim());
  const aligns = cells(rows[1]).map((rule) => (rule.endsWith(":") ? (rule.startsWith(":") ? "center" : "right") : "left"));
  const row = (line, tag) => h("tr", {}, cells(line).map((cell, column) => h(tag, { scope: tag === "th" ? "col" : null, class: `align-${aligns[column] ?? "left"}` }, run(cell))));
  const [head, , ...body] = rows;
  const table = h("table", {}, h("thead", {}, row(head, "th")), h("tbody", {}, body.map((line) => row(line, "td"))));
  return h("div", { class: "table-scroll", tabindex: 0, role: "region", "aria-label": "Table" }, table);
}

function takeParagraph(lines) {
  const [first] = lines;
  const rows = takeWhile(lines, (line) => line === first || !KINDS.some(([pattern]) => pattern.test(line)));
  return h("p", {}, rows.flatMap((row, index) => (index ? [h("br"), ...run(row)] : run(row))));
}

function run(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(MARKS)) {
    nodes.push(text.slice(from, match.index), marked(match));
    from = match.index + match[0].length;
  }
  return [...nodes, text.slice(from)];
}

function marked([, escaped, code, both, bold, strong, strike, em, italic, label, url, name, address]) {
  if (escaped) return escaped;
  if (code) return h("code", {}, code);
  if (both) return h("strong", {}, h("em", {}, run(both)));
  if (bold || strong) return h("strong", {}, run(bold || strong));
  if (strike) return h("s", {}, run(strike));
  if (em || italic) return h("em", {}, run(em || italic));
  if (url) return link(url, run(label || url));
  return name ? emoji(name) : link(address, address);
}
