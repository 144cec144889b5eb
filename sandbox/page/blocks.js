// Blocks as nodes. What a block looks like is here; what its controls do is the actor's.

import { chartNode } from "./charts.js";
import { controlNode } from "./controls.js";
import { h, link, safeUrl, uniqueId } from "./dom.js";
import { fileNode } from "./files.js";
import { icon } from "./icons.js";
import { shortened } from "./longtext.js";
import { markdownNode } from "./markdown.js";
import { plainNodes, textNodes, words } from "./mrkdwn.js";
import { richTextNode } from "./richtext.js";
import { DataTable, tableNode } from "./tables.js";

/**
 * One block. `place` is where it stands: {context, actor, valueOf(block, element), level, files}.
 */
export function blockNode(block, place) {
  const make = MAKERS[block.type] ?? unknownNode;
  const node = make(block, place);
  node.classList.add("block", `block-${block.type}`);
  node.dataset.blockId = block.block_id ?? "";
  return node;
}

export function blockNodes(blocks, place) {
  return (blocks ?? []).map((block) => blockNode(block, place));
}

function control(block, element, place, labels = {}) {
  const value = place.valueOf(block, element);
  const inForm = block.type === "input";
  return controlNode({ block, element, value, inForm, labels, context: place.context, actor: place.actor });
}

/** The controls of a row, without those that are for others only. */
function controlNodes(block, elements, place) {
  const isForMe = ({ visible_to_user_ids: ids }) => !ids || ids.includes(place.context.me);
  return elements.filter(isForMe).map((element) => control(block, element, place));
}

function pictureNode({ image_url: url, alt_text: alt, slack_file: file }, className, context) {
  const missing = () => h("span", { class: `${className} picture-missing`, role: "img", "aria-label": alt }, alt);
  const src = addressOf(url, file, context);
  if (!src) return missing();
  const image = h("img", { src, alt, class: className, loading: "lazy" });
  image.addEventListener("error", () => image.replaceWith(missing()));
  return image;
}

/** Where a picture is: somewhere on the web, or a file of the workspace. */
function addressOf(url, file, context) {
  if (url) return safeUrl(url);
  const id = file?.id ?? /F[A-Z0-9]{3,}/.exec(file?.url ?? "")?.[0];
  return id ? `/ui/file/${encodeURIComponent(context.state().team.id)}/${encodeURIComponent(id)}` : null;
}

function sectionNode(block, place) {
  const { context } = place;
  const text = block.text ? h("div", { class: "text", dir: "auto" }, textNodes(block.text, context)) : null;
  const fields = block.fields
    ? h("div", { class: "fields" }, block.fields.map((field) => h("div", { dir: "auto" }, textNodes(field, context))))
    : null;
  const said = text && !block.expand ? shortened(text, block.text.text) : text;
  const accessory = block.accessory ? h("div", { class: "accessory" }, accessoryNode(block, place)) : null;
  return h("div", {}, h("div", { class: "section-words" }, said, fields), accessory);
}

function accessoryNode(block, place) {
  if (block.accessory.type === "image") return pictureNode(block.accessory, "thumb", place.context);
  return control(block, block.accessory, place, { name: menuName(block.accessory, words(block.text)) });
}

/** A menu without words of its own takes those of its section. */
function menuName(element, around) {
  if (element.type.endsWith("_select")) return around.slice(0, 80) || null;
  return ["checkboxes", "radio_buttons"].includes(element.type) ? around.slice(0, 80) || "Choose" : null;
}

function actionsNode(block, place) {
  return h("div", {}, controlNodes(block, block.elements, place));
}

function contextNode(block, { context }) {
  return h(
    "div",
    {},
    block.elements.map((element) =>
      element.type === "image" ? pictureNode(element, "context-picture", context) : h("span", { dir: "auto" }, textNodes(element, context)),
    ),
  );
}

function headerNode(block, { context, level }) {
  return h(`h${Math.min((block.level ?? 1) + level - 1, 6)}`, { dir: "auto" }, textNodes(block.text, context));
}

function imageNode(block, { context }) {
  const caption = block.title ? h("figcaption", {}, textNodes(block.title, context)) : null;
  return h("figure", {}, caption, pictureNode(block, "picture", context));
}

const GROUPS = ["checkboxes", "radio_buttons"];

function inputNode(block, place) {
  const { element, label, hint, optional } = block;
  const [id, hintId, errorId] = [uniqueId("field"), uniqueId("hint"), uniqueId("error")];
  const describedBy = [errorId, hint ? hintId : null].filter(Boolean).join(" ");
  const isGroup = GROUPS.includes(element.type);
  const name = words(label);
  const caption = [plainNodes(label.text), optional ? h("span", { class: "optional" }, " (optional)") : null];
  const labels = { id: isGroup ? null : id, name, describedBy, required: !optional };
  const node = h(
    "div",
    { class: "field" },
    isGroup ? h("div", { class: "label", "aria-hidden": "true" }, caption) : h("label", { class: "label", for: id }, caption),
    control(block, element, place, labels),
    h("p", { class: "field-error", id: errorId, hidden: true }),
    hint ? h("p", { class: "hint", id: hintId, dir: "auto" }, plainNodes(hint.text)) : null,
  );
  return node;
}

function videoNode(block, { context }) {
  const poster = pictureNode({ image_url: block.thumbnail_url, alt_text: block.alt_text }, "picture", context);
  const by = [block.provider_name, block.author_name].filter(Boolean).join(" · ");
  const play = link(block.video_url, poster);
  play.classList.add("poster");
  return h(
    "figure",
    {},
    by ? h("div", { class: "video-by" }, by) : null,
    h("strong", {}, link(block.title_url ?? block.video_url, words(block.title))),
    block.description ? h("div", {}, textNodes(block.description, context)) : null,
    play,
  );
}

const SIGNS = { default: "info", info: "info", warning: "warning", error: "stop", success: "check" };
const SPOKEN = { warning: "Warning: ", error: "Error: ", success: "Success: " };

function alertNode(block, { context }) {
  const level = block.level ?? "default";
  return h("div", { class: `level-${level}`, role: "note" }, icon(SIGNS[level] ?? "info"), h("div", { dir: "auto" }, h("span", { class: "hidden" }, SPOKEN[level] ?? ""), textNodes(block.text, context)));
}

const NAMED_ICONS = { calendar: "calendar", check: "check", code: "code", comment: "chat", download: "download", "eye-open": "eye", file: "file", key: "lock", link: "link", search: "search", trash: "trash", upload: "upload", warning: "warning", "thumbs-up": "thumbUp", "thumbs-down": "thumbDown" };

function cardNode(block, place) {
  const { context } = place;
  const part = (name) => (block[name] ? h("div", { class: `card-${name}`, dir: "auto" }, textNodes(block[name], context)) : null);
  const sign = block.icon ? pictureNode(block.icon, "context-picture", context) : block.slack_icon ? icon(NAMED_ICONS[block.slack_icon.name] ?? "info") : null;
  return h(
    "div",
    {},
    block.hero_image ? pictureNode(block.hero_image, "card-hero", context) : null,
    h("div", { class: "card-head" }, sign, h("div", {}, part("title"), part("subtitle"))),
    part("body"),
    part("subtext"),
    block.actions ? h("div", { class: "card-actions" }, controlNodes(block, block.actions, place)) : null,
  );
}

function carouselNode(block, place) {
  return h("div", { role: "region", "aria-label": "Cards", tabindex: 0 }, blockNodes(block.elements, place));
}

function containerNode(block, place) {
  const { context } = place;
  const title = block.rich_text_title ? richTextNode(block.rich_text_title, context) : h("strong", {}, textNodes(block.title, context));
  const head = [
    block.icon ? pictureNode(block.icon, "context-picture", context) : null,
    title,
    block.subtitle ? h("span", { class: "hint" }, textNodes(block.subtitle, context)) : null,
  ];
  const className = `width-${block.width ?? "standard"}`;
  const headClass = block.has_header_divider ? "container-head head-divider" : "container-head";
  const inside = blockNodes(block.child_blocks, place);
  if (!block.is_collapsible) return h("div", { class: className }, h("div", { class: headClass }, head), inside);
  return h("details", { class: className, open: !block.default_collapsed }, h("summary", {}, h("span", { class: headClass }, head)), inside);
}

const STATUS = { pending: "Pending", in_progress: "In progress", complete: "Complete", error: "Failed" };
const TASK_SIGNS = { complete: "check", error: "cross" };

function taskNode(block, { context }) {
  const rich = (part) => (part ? richTextNode(part, context) : null);
  const status = block.status ?? "pending";
  const sources = (block.sources ?? []).map((source) => h("li", {}, link(source.url, source.text)));
  return h(
    "div",
    { class: `task status-${status}` },
    h("div", { class: "task-head" }, h("span", { class: "task-sign", "aria-hidden": "true" }, TASK_SIGNS[status] ? icon(TASK_SIGNS[status]) : null), h("strong", {}, block.title), h("span", { class: "hint" }, STATUS[status])),
    rich(block.details),
    rich(block.output),
    sources.length ? h("ul", { class: "sources" }, sources) : null,
  );
}

function planNode(block, place) {
  const done = (block.tasks ?? []).filter((task) => task.status === "complete").length;
  const head = h("div", { class: "container-head" }, h("strong", {}, block.title), h("span", { class: "hint" }, `${done} of ${(block.tasks ?? []).length} done`));
  return h("div", {}, head, (block.tasks ?? []).map((task) => blockNode({ ...task, type: "task_card" }, place)));
}

function providerNode(block, { context }) {
  const state = block.is_connected ? ["Connected", block.connected_identity] : ["Not connected", null];
  return h(
    "div",
    {},
    h("strong", {}, textNodes(block.name, context)),
    h("div", { class: "hint" }, state[0], " ", textNodes(state[1], context), " ", textNodes(block.description, context)),
    !block.is_connected && block.auth_url ? link(block.auth_url, "Connect") : null,
  );
}

/** A remote file the app registered: shown when the message tells of it. */
function fileBlockNode(block, { files }) {
  const file = files?.find((one) => one.external_id === block.external_id);
  return h("div", {}, fileNode(file ?? { name: block.external_id, filetype: "remote" }));
}

function unknownNode(block) {
  return h("div", { class: "hint" }, `The page cannot draw a block of the type ${block.type}.`);
}

const MAKERS = {
  section: sectionNode,
  actions: actionsNode,
  context: contextNode,
  context_actions: actionsNode,
  header: headerNode,
  divider: () => h("hr"),
  image: imageNode,
  input: inputNode,
  rich_text: (block, { context }) => richTextNode(block, context),
  markdown: (block) => markdownNode(block.text),
  table: (block, { context }) => tableNode(block, context),
  data_table: (block, { context }) => new DataTable(block, context).node,
  data_visualization: (block) => chartNode(block),
  video: videoNode,
  file: fileBlockNode,
  call: () => h("div", { hidden: true }),
  alert: alertNode,
  card: cardNode,
  carousel: carouselNode,
  container: containerNode,
  task_card: taskNode,
  plan: planNode,
  auth_provider: providerNode,
};

/** Shows what is wrong with the inputs below a node, and takes away what is no longer. */
export function showErrors(root, errors) {
  for (const field of root.querySelectorAll(".field")) {
    const words = errors?.[field.dataset.blockId] ?? "";
    const line = field.querySelector(":scope > .field-error");
    if (line.textContent !== words) line.textContent = words;
    line.hidden = !words;
    field.classList.toggle("wrong", Boolean(words));
    for (const input of field.querySelectorAll("input, textarea, [contenteditable]")) {
      if (words) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  }
}

/** The values of all inputs below a node: {block_id: {action_id: VALUE}}. */
export function valuesIn(root) {
  const values = {};
  for (const field of root.querySelectorAll(".field")) {
    const node = field.querySelector("[data-action-id]");
    if (!node?.read) continue;
    values[field.dataset.blockId] = { [node.dataset.actionId]: node.read() };
  }
  return values;
}
