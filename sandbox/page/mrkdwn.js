// Slack's own markup as elements: https://docs.slack.dev/messaging/formatting-message-text

import { h, link } from "./dom.js";
import { emoji } from "./emoji.js";

const OPEN = "\uE000";
const CLOSE = "\uE001";
const ADDRESS = /^[a-z][a-z0-9+.-]*:/i;
const WORD = "\\p{L}\\p{N}";

function around(mark) {
  const sign = mark === "*" ? "\\*" : mark;
  return `(?<![${WORD}${sign}])${sign}(?=[^\\s${sign}])([^${sign}\\n]*?[^\\s${sign}]|[^\\s${sign}])${sign}(?![${WORD}${sign}])`;
}

const EMOJI = /:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/g;
const TAKEN_OUT = /\n?```\n?([\s\S]*?)\n?```\n?|`([^`\n]+)`|<([^<>\n]+)>/g;
const FORMATS = new RegExp(
  `${OPEN}(\\d+)${CLOSE}|${around("*")}|${around("_")}|${around("~")}|:([a-z0-9_+'-]+(?:::skin-tone-\\d)?):|(https?:\\/\\/[^\\s${OPEN}]*[^\\s${OPEN}.,;:!?)'"\\]])`,
  "gu",
);

/** Text with Slack's three entities undone. */
function decoded(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
}

/** Plain text: as written, line by line, with emoji. */
export function plainNodes(text, { emojis = true } = {}) {
  const shown = emojis ? text.replace(EMOJI, (_, name) => emoji(name)) : text;
  return lines(decoded(shown).split("\n").map((line) => [line]));
}

function lines(rows) {
  return rows.flatMap((row, index) => (index ? [h("br"), ...row] : row));
}

/**
 * Marked-up text as nodes. `context` knows people, channels and the reader:
 * person(id), channel(id), openChannel(id), me, reader.
 */
export function mrkdwnNodes(text, context) {
  const kept = [];
  const keep = (node) => {
    kept.push(node);
    return `${OPEN}${kept.length - 1}${CLOSE}`;
  };
  const bare = text.replace(TAKEN_OUT, (whole, block, code, token) => {
    if (block !== undefined) return `\n${keep(h("pre", { tabindex: 0 }, decoded(block)))}\n`;
    if (code !== undefined) return keep(h("code", {}, decoded(code)));
    return keep(tokenNode(token, context));
  });
  return paragraphs(bare, kept);
}

function paragraphs(text, kept) {
  const nodes = [];
  let rows = [];
  let quoted = [];
  const endRows = () => {
    if (rows.length) nodes.push(...lines(rows.map((row) => inline(row, kept))));
    rows = [];
  };
  const endQuote = () => {
    if (quoted.length) nodes.push(h("blockquote", {}, lines(quoted.map((row) => inline(row, kept)))));
    quoted = [];
  };
  for (const row of text.split("\n")) {
    const block = blockIn(row, kept);
    if (block) {
      endRows();
      endQuote();
      nodes.push(block);
      continue;
    }
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(row);
    if (quote) {
      endRows();
      quoted.push(quote[1]);
    } else {
      endQuote();
      rows.push(row);
    }
  }
  endRows();
  endQuote();
  return nodes;
}

/** The code block that makes up a whole row, if one does. */
function blockIn(row, kept) {
  const alone = new RegExp(`^${OPEN}(\\d+)${CLOSE}$`).exec(row);
  const node = alone && kept[Number(alone[1])];
  return node?.tagName === "PRE" ? node : null;
}

function inline(text, kept) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(FORMATS)) {
    if (match.index > from) nodes.push(decoded(text.slice(from, match.index)));
    nodes.push(formatted(match, kept));
    from = match.index + match[0].length;
  }
  if (from < text.length) nodes.push(decoded(text.slice(from)));
  return nodes;
}

function formatted([, index, bold, italic, strike, name, url], kept) {
  if (index !== undefined) return kept[Number(index)];
  if (bold !== undefined) return h("strong", {}, inline(bold, kept));
  if (italic !== undefined) return h("em", {}, inline(italic, kept));
  if (strike !== undefined) return h("s", {}, inline(strike, kept));
  if (name !== undefined) return emoji(name);
  return link(decoded(url), decoded(url));
}

function tokenNode(token, context) {
  const [head, ...rest] = token.split("|");
  const label = rest.length ? rest.join("|") : null;
  switch (head[0]) {
    case "@":
      return mention(head.slice(1), label, context);
    case "#":
      return channelLink(head.slice(1), label, context);
    case "!":
      return special(head.slice(1), label, context);
    default:
      if (!ADDRESS.test(head)) return h("span", {}, `<${decoded(token)}>`);
      return link(decoded(head), ...plainNodes(label ?? head.replace(/^mailto:/, "")));
  }
}

/** A person's name, marked when it is the reader's own. */
export function mention(id, label, context) {
  const name = context.person(id)?.display_name || context.person(id)?.name || label || id;
  return h("span", { class: id === context.me ? "mention mine" : "mention" }, `@${name}`);
}

/** The name of a group of people. */
export function groupMention(id, label, context) {
  const group = context.state().usergroups?.find((one) => one.id === id);
  const name = group?.handle ?? label?.replace(/^@/, "") ?? "group";
  return h("span", { class: "mention" }, `@${name}`);
}

/** A channel's name that leads there. */
export function channelLink(id, label, context) {
  const name = context.channel(id)?.name || label || "private channel";
  if (!context.channel(id)) return h("span", { class: "mention" }, label ? `#${name}` : name);
  const open = () => context.openChannel(id);
  return h("button", { type: "button", class: "mention channel", onclick: open }, `#${name}`);
}

function special(command, label, context) {
  const [kind, stamp, template, url] = command.split("^");
  if (kind === "date") return dateNode({ stamp, template, url, label }, context);
  if (kind === "subteam") return groupMention(stamp, label, context);
  if (!["here", "channel", "everyone"].includes(kind)) return h("span", {}, label ?? `<!${kind}>`);
  return h("span", { class: "mention mine" }, `@${kind}`);
}

function dateNode({ stamp, template, url, label }, context) {
  const moment = Number(stamp) * 1000;
  if (!Number.isFinite(moment) || !template) return h("span", {}, label ?? "");
  const words = context.reader.fill(decoded(template), moment);
  const time = h("time", { datetime: new Date(moment).toISOString(), title: context.reader.full(moment) }, words);
  return url ? link(decoded(url), time) : time;
}

/** A text object of either kind. */
export function textNodes(text, context) {
  if (!text) return [];
  if (text.type === "mrkdwn") return mrkdwnNodes(text.text, context);
  return plainNodes(text.text, { emojis: text.emoji !== false });
}

/** The words of a text object, for labels and names. */
export function words(text) {
  if (!text) return "";
  const bare = typeof text === "string" ? text : text.text;
  return decoded(bare)
    .replace(EMOJI, (_, name) => emoji(name))
    .replace(/<[^|<>]*\|([^<>]*)>/g, "$1");
}
