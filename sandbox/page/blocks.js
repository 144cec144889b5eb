// Blocks as nodes. What a block looks like is here; what its controls do is the actor's.

import { chartNode, dataTableNode, tableNode } from "./charts.js";
import { controlNode } from "./controls.js";
import { h, link, safeUrl, uniqueId } from "./dom.js";
import { plainNodes, textNodes, words } from "./mrkdwn.js";
import { markdownNode, richTextNode } from "./richtext.js";

/**
 * One block. `place` is where it stands: {context, actor, valueOf(block, element), level}.
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

function pictureNode({ image_url: url, alt_text: alt, slack_file: file }, className) {
  const src = safeUrl(url ?? file?.url ?? "");
  const missing = () => h("span", { class: `${className} picture-missing`, role: "img", "aria-label": alt }, alt);
  if (!src || (!url && !file?.url)) return missing();
  const image = h("img", { src, alt, class: className, loading: "lazy" });
  image.addEventListener("error", () => image.replaceWith(missing()));
  return image;
}

function sectionNode(block, { context, ...rest }) {
  const place = { context, ...rest };
  const text = block.text ? h("div", { class: "text" }, textNodes(block.text, context)) : null;
  const fields = block.fields
    ? h("div", { class: "fields" }, block.fields.map((field) => h("div", {}, textNodes(field, context))))
    : null;
  const accessory = block.accessory ? h("div", { class: "accessory" }, accessoryNode(block, place)) : null;
  return h("div", {}, h("div", { class: "section-words" }, text, fields), accessory);
}

function accessoryNode(block, place) {
  if (block.accessory.type === "image") return pictureNode(block.accessory, "thumb");
  return control(block, block.accessory, place, { name: menuName(block.accessory, words(block.text)) });
}

/** A menu without words of its own takes those of its section. */
function menuName(element, around) {
  if (element.type.endsWith("_select")) return around.slice(0, 80) || null;
  return ["checkboxes", "radio_buttons"].includes(element.type) ? around.slice(0, 80) || "Choose" : null;
}

function actionsNode(block, place) {
  return h("div", {}, block.elements.map((element) => control(block, element, place)));
}

function contextNode(block, { context }) {
  return h(
    "div",
    {},
    block.elements.map((element) =>
      element.type === "image" ? pictureNode(element, "context-picture") : h("span", {}, textNodes(element, context)),
    ),
  );
}

function headerNode(block, { context, level }) {
  return h(`h${Math.min((block.level ?? 1) + level - 1, 6)}`, {}, textNodes(block.text, context));
}

function imageNode(block, { context }) {
  const caption = block.title ? h("figcaption", {}, textNodes(block.title, context)) : null;
  return h("figure", {}, caption, pictureNode(block, "picture"));
}

const GROUPS = ["checkboxes", "radio_buttons"];

function inputNode(block, place) {
  const { element, label, hint, optional } = block;
  const [id, hintId, errorId] = [uniqueId("field"), uniqueId("hint"), uniqueId("error")];
  const describedBy = [hint ? hintId : null, errorId].filter(Boolean).join(" ");
  const isGroup = GROUPS.includes(element.type);
  const name = words(label);
  const caption = [plainNodes(label.text), optional ? h("span", { class: "optional" }, " (optional)") : null];
  const labels = { id: isGroup ? null : id, name, describedBy, required: !optional };
  const node = h(
    "div",
    { class: "field" },
    isGroup ? h("div", { class: "label", "aria-hidden": "true" }, caption) : h("label", { class: "label", for: id }, caption),
    control(block, element, place, labels),
    hint ? h("p", { class: "hint", id: hintId }, plainNodes(hint.text)) : null,
    h("p", { class: "field-error", id: errorId, role: "alert", hidden: true }),
  );
  return node;
}

function videoNode(block) {
  const poster = pictureNode({ image_url: block.thumbnail_url, alt_text: block.alt_text }, "picture");
  return h("figure", {}, h("figcaption", {}, link(block.title_url ?? block.video_url, words(block.title))), link(block.video_url, poster));
}

function alertNode(block, { context }) {
  const signs = { info: "i", warning: "!", error: "×", success: "✓" };
  const sign = signs[block.level] ?? "•";
  return h("div", { class: `level-${block.level ?? "default"}`, role: "note" }, h("span", { "aria-hidden": "true" }, sign), h("div", {}, textNodes(block.text, context)));
}

function cardNode(block, place) {
  const part = (name) => (block[name] ? h("div", { class: `card-${name}` }, textNodes(block[name], place.context)) : null);
  return h(
    "div",
    {},
    block.hero_image ? pictureNode(block.hero_image, "card-hero") : null,
    block.icon ? pictureNode(block.icon, "context-picture") : null,
    ["title", "subtitle", "body", "subtext"].map(part),
    block.actions ? h("div", { class: "block-actions" }, block.actions.map((element) => control(block, element, place))) : null,
  );
}

function carouselNode(block, place) {
  return h("div", { role: "region", "aria-label": "Cards", tabindex: 0 }, blockNodes(block.elements, place));
}

function containerNode(block, place) {
  const { context } = place;
  const title = block.rich_text_title ? richTextNode(block.rich_text_title, context) : h("strong", {}, textNodes(block.title, context));
  const head = [title, block.subtitle ? h("div", { class: "hint" }, textNodes(block.subtitle, context)) : null];
  const inside = blockNodes(block.child_blocks, place);
  if (!block.is_collapsible) return h("div", {}, h("div", { class: "container-head" }, head), inside);
  return h("details", { open: !block.default_collapsed }, h("summary", { class: "container-head" }, head), inside);
}

const STATUS = { pending: "Pending", in_progress: "In progress", complete: "Complete", error: "Failed" };

function taskNode(block, { context }) {
  const rich = (part) => (part ? richTextNode(part, context) : null);
  const sources = (block.sources ?? []).map((source) => h("li", {}, link(source.url, source.text)));
  return h(
    "div",
    {},
    h("div", {}, h("strong", {}, block.title), " ", h("span", { class: "hint" }, STATUS[block.status] ?? "")),
    rich(block.details),
    rich(block.output),
    sources.length ? h("ul", {}, sources) : null,
  );
}

function planNode(block, place) {
  return h("div", {}, h("strong", {}, block.title), (block.tasks ?? []).map((task) => blockNode({ ...task, type: "task_card" }, place)));
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
  data_table: (block, { context }) => dataTableNode(block, context),
  data_visualization: (block) => chartNode(block),
  video: videoNode,
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
    for (const input of field.querySelectorAll("input, textarea")) {
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
