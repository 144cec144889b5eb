// Rich text blocks, and the Markdown of markdown blocks.

import { h, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { channelLink, mention } from "./mrkdwn.js";

/** A rich_text block. */
export function richTextNode(block, context) {
  const parts = (block.elements ?? []).map((part) => partNode(part, context));
  return h("div", { class: "rich-text" }, nested(parts));
}

/** Lists that follow each other with a deeper indent stand inside the item before. */
function nested(parts) {
  return parts.map(({ node, indent }) => {
    if (indent) node.classList.add(`indent-${Math.min(indent, 8)}`);
    return node;
  });
}

function partNode(part, context) {
  const run = () => runNodes(part.elements, context);
  switch (part.type) {
    case "rich_text_list": {
      const items = part.elements.map((item) => h("li", {}, runNodes(item.elements, context)));
      const start = part.offset ? part.offset + 1 : null;
      return { node: h(part.style === "ordered" ? "ol" : "ul", { start }, items), indent: part.indent };
    }
    case "rich_text_preformatted":
      return { node: h("pre", { tabindex: 0 }, run()) };
    case "rich_text_quote":
      return { node: h("blockquote", {}, run()) };
    default:
      return { node: h("p", {}, run()) };
  }
}

function runNodes(elements, context) {
  return (elements ?? []).map((leaf) => styled(leaf.style, leafNode(leaf, context)));
}

const TAGS = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u", highlight: "mark" };

function styled(style, node) {
  const tags = Object.entries(style ?? {}).filter(([name, on]) => on && TAGS[name]);
  return tags.reduce((inner, [name]) => h(TAGS[name], {}, inner), node);
}

function broken(text) {
  const rows = String(text).split("\n");
  return h("span", {}, rows.flatMap((row, index) => (index ? [h("br"), row] : [row])));
}

function leafNode(leaf, context) {
  switch (leaf.type) {
    case "text":
      return broken(leaf.text);
    case "link":
    case "attachment_mention":
    case "work_object_mention":
    case "citation":
      return link(leaf.url, leaf.text || leaf.url);
    case "emoji":
      return h("span", {}, emoji(leaf.name));
    case "user":
    case "canvas_user_mention":
      return mention(leaf.user_id, null, context);
    case "channel":
      return channelLink(leaf.channel_id, null, context);
    case "usergroup":
    case "team":
      return h("span", { class: "mention" }, `@${leaf.usergroup_id ?? leaf.team_id}`);
    case "broadcast":
      return h("span", { class: "mention mine" }, `@${leaf.range}`);
    case "date":
      return h("time", {}, context.reader.fill(leaf.format, leaf.timestamp * 1000));
    case "color":
      return h("code", {}, leaf.value);
    case "tag":
      return h("span", { class: `tag tag-${leaf.color ?? "gray"}` }, leaf.text);
    default:
      return h("span", {}, leaf.text || leaf.label || `[${leaf.type}]`);
  }
}

/** The plain words of rich text, as an input can show them. */
export function richTextWords(block) {
  const leaf = ({ text, name, user_id: user, url }) => text ?? (name ? `:${name}:` : user ?? url ?? "");
  const part = ({ elements = [] }) => elements.map((item) => (item.elements ? part(item) : leaf(item))).join("");
  return (block?.elements ?? [])
    .map((item) => (item.type === "rich_text_list" ? item.elements.map(part).join("\n") : part(item)))
    .join("\n");
}

const MARKS = /`([^`]+)`|\*\*([^*]+)\*\*|__([^_]+)__|~~([^~]+)~~|\*([^*\s][^*]*)\*|_([^_\s][^_]*)_|!?\[([^\]]+)\]\(([^)\s]+)\)|:([a-z0-9_+-]+):/g;

function markdownRun(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(MARKS)) {
    const [whole, code, bold, strong, strike, em, italic, label, url, name] = match;
    nodes.push(text.slice(from, match.index));
    if (code) nodes.push(h("code", {}, code));
    else if (bold || strong) nodes.push(h("strong", {}, markdownRun(bold || strong)));
    else if (strike) nodes.push(h("s", {}, markdownRun(strike)));
    else if (em || italic) nodes.push(h("em", {}, markdownRun(em || italic)));
    else if (label) nodes.push(link(url, label));
    else nodes.push(emoji(name));
    from = match.index + whole.length;
  }
  nodes.push(text.slice(from));
  return nodes;
}

function markdownTable(rows) {
  const cells = (row) => row.replace(/^\||\|$/g, "").split("|").map((cell) => markdownRun(cell.trim()));
  const [head, , ...body] = rows;
  return h(
    "div",
    { class: "table-scroll", tabindex: 0, role: "region", "aria-label": "Table" },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, cells(head).map((cell) => h("th", { scope: "col" }, cell)))),
      h("tbody", {}, body.map((row) => h("tr", {}, cells(row).map((cell) => h("td", {}, cell))))),
    ),
  );
}

/** Lines of one kind that belong together: [kind, lines]. */
function groups(text) {
  const kinds = [
    ["rule", /^\s*(?:-{3,}|\*{3,})\s*$/],
    ["heading", /^#{1,6}\s/],
    ["table", /^\s*\|.*\|\s*$/],
    ["quote", /^>\s?/],
    ["ul", /^\s*[-*+]\s/],
    ["ol", /^\s*\d+[.)]\s/],
    ["blank", /^\s*$/],
  ];
  const found = [];
  for (const line of text.split("\n")) {
    const kind = kinds.find(([, pattern]) => pattern.test(line))?.[0] ?? "p";
    const previous = found.at(-1);
    if (previous?.[0] === kind && kind !== "heading") previous[1].push(line);
    else found.push([kind, [line]]);
  }
  return found;
}

function markdownGroup([kind, rows]) {
  const items = (pattern) => rows.map((row) => h("li", {}, markdownRun(row.replace(pattern, ""))));
  switch (kind) {
    case "blank":
      return null;
    case "rule":
      return h("hr");
    case "heading":
      return h("p", { class: "heading" }, h("strong", {}, markdownRun(rows[0].replace(/^#+\s/, ""))));
    case "table":
      return rows.length > 1 ? markdownTable(rows) : h("p", {}, rows);
    case "quote":
      return h("blockquote", {}, markdownRun(rows.map((row) => row.replace(/^>\s?/, "")).join("\n")));
    case "ul":
      return h("ul", {}, items(/^\s*[-*+]\s/));
    case "ol":
      return h("ol", {}, items(/^\s*\d+[.)]\s/));
    default:
      return h("p", {}, rows.flatMap((row, index) => (index ? [h("br"), ...markdownRun(row)] : markdownRun(row))));
  }
}

/** A markdown block: what Slack translates of standard Markdown. */
export function markdownNode(text) {
  const parts = text.split(/```\w*\n?([\s\S]*?)```/);
  const nodes = parts.map((part, index) =>
    index % 2 ? h("pre", { tabindex: 0 }, part) : groups(part).map(markdownGroup),
  );
  return h("div", { class: "rich-text" }, nodes);
}
