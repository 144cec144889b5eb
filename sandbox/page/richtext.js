// Rich text blocks: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block

import { h, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { channelLink, groupMention, mention } from "./mrkdwn.js";

/** A rich_text block. */
export function richTextNode(block, context) {
  return h("div", { class: "rich-text", dir: "auto" }, partNodes(block.elements ?? [], context));
}

/** Lists that follow each other with a deeper indent stand inside the item before. */
function partNodes(parts, context) {
  const nodes = [];
  let open = []; // the lists one is in, outermost first
  for (const part of parts) {
    if (part.type !== "rich_text_list") {
      open = [];
      nodes.push(partNode(part, context));
      continue;
    }
    const list = listNode(part, context);
    open = open.slice(0, part.indent ?? 0);
    const item = open.at(-1)?.lastElementChild;
    if (item) item.append(list);
    else nodes.push(indented(list, part.indent ?? 0));
    open[part.indent ?? 0] = list;
  }
  return nodes;
}

/** A deep list that nothing shallower came before. */
function indented(list, indent) {
  if (indent) list.style.marginInlineStart = `${Math.min(indent, 8) * 26}px`;
  return list;
}

function listNode(part, context) {
  const items = part.elements.map((item) => h("li", {}, runNodes(item.elements, context)));
  const start = part.offset ? part.offset + 1 : null;
  return h(part.style === "ordered" ? "ol" : "ul", { start, class: part.border ? "bordered" : null }, items);
}

function partNode(part, context) {
  const run = () => runNodes(part.elements, context);
  const className = part.border ? "bordered" : null;
  if (part.type === "rich_text_preformatted") return h("pre", { tabindex: 0, class: className }, run());
  if (part.type === "rich_text_quote") return h("blockquote", { class: className }, run());
  return h("p", {}, run());
}

function runNodes(elements, context) {
  return (elements ?? []).map((leaf) => styled(leaf.style, leafNode(leaf, context)));
}

const TAGS = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u", highlight: "mark", client_highlight: "mark" };

function styled(style, node) {
  const tags = Object.entries(style ?? {}).filter(([name, on]) => on && TAGS[name]);
  return tags.reduce((inner, [name]) => h(TAGS[name], {}, inner), node);
}

function broken(text) {
  const rows = String(text).split("\n");
  return h("span", {}, rows.flatMap((row, index) => (index ? [h("br"), row] : [row])));
}

const LINKED = ["link", "attachment_mention", "work_object_mention", "citation", "file", "canvas", "list_record", "message_mention", "workflow_mention"];

function leafNode(leaf, context) {
  if (LINKED.includes(leaf.type)) return linkedNode(leaf);
  switch (leaf.type) {
    case "text":
      return broken(leaf.text);
    case "emoji":
      return h("span", { title: `:${leaf.name}:` }, leaf.skin_tone ? emoji(`${leaf.name}::skin-tone-${leaf.skin_tone}`) : emoji(leaf.name));
    case "user":
    case "canvas_user_mention":
      return mention(leaf.user_id, null, context);
    case "channel":
      return channelLink(leaf.channel_id, null, context);
    case "usergroup":
      return groupMention(leaf.usergroup_id, null, context);
    case "team":
      return h("span", { class: "mention" }, `@${context.state().teams?.find((team) => team.id === leaf.team_id)?.name ?? leaf.team_id}`);
    case "broadcast":
      return h("span", { class: "mention mine" }, `@${leaf.range}`);
    case "date":
      return dateNode(leaf, context);
    case "color":
      return colorNode(leaf.value);
    case "tag":
      return h("span", { class: `tag tag-${leaf.color ?? "gray"}` }, leaf.text);
    default:
      return h("span", {}, leaf.text || leaf.label || `[${leaf.type.replaceAll("_", " ")}]`);
  }
}

function linkedNode(leaf) {
  const words = leaf.text || leaf.label || leaf.url || `[${leaf.type.replaceAll("_", " ")}]`;
  return leaf.url ? link(leaf.url, words) : h("span", { class: "mention" }, words);
}

function dateNode({ timestamp, format, url, fallback }, context) {
  const moment = timestamp * 1000;
  if (!Number.isFinite(moment)) return h("span", {}, fallback ?? "");
  const time = h("time", { datetime: new Date(moment).toISOString(), title: context.reader.full(moment) }, context.reader.fill(format, moment));
  return url ? link(url, time) : time;
}

function colorNode(value) {
  const dot = h("span", { class: "color-dot", "aria-hidden": "true" });
  dot.style.backgroundColor = value;
  return h("code", { class: "color-chip" }, dot, value);
}
