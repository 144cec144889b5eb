// Secondary attachments and unfurled links:
// https://docs.slack.dev/messaging/formatting-message-text#attachments

import { blockNodes } from "./blocks.js";
import { h, link, safeUrl } from "./dom.js";
import { shortened } from "./longtext.js";
import { mrkdwnNodes } from "./mrkdwn.js";

const NAMED = { good: "#2eb886", warning: "#daa038", danger: "#a30200" };

/** One attachment, with its colour at the side. */
export function attachmentNode(attachment, place) {
  const inside = attachment.blocks?.length ? blockNodes(attachment.blocks, place) : oldParts(attachment, place.context);
  const body = h("div", { class: "attachment-body" }, inside);
  const node = h("div", { class: "attachment" }, body);
  const color = NAMED[attachment.color] ?? attachment.color;
  if (color) body.style.borderInlineStartColor = color.startsWith("#") ? color : `#${color}`;
  if (attachment.pretext) node.prepend(h("div", { class: "text", dir: "auto" }, mrkdwnNodes(attachment.pretext, place.context)));
  return node;
}

function oldParts(attachment, context) {
  const marked = (text) => mrkdwnNodes(text ?? "", context);
  return [
    authorNode(attachment),
    attachment.title ? h("strong", { class: "attachment-title" }, attachment.title_link ? link(attachment.title_link, attachment.title) : attachment.title) : null,
    textNode(attachment, marked),
    attachment.fields?.length ? h("div", { class: "fields" }, attachment.fields.map((field) => fieldNode(field, marked))) : null,
    picture(attachment.image_url, attachment.fallback, "picture"),
    footNode(attachment, context),
  ];
}

function authorNode({ author_name: name, author_link: url, author_icon: sign, service_name: service, service_icon: serviceSign }) {
  const who = name ?? service;
  if (!who) return null;
  return h("div", { class: "attachment-author" }, picture(sign ?? serviceSign, "", "context-picture"), url ? link(url, who) : h("span", {}, who));
}

function textNode({ text, fallback, title, fields, image_url: image, thumb_url: thumb }, marked) {
  const said = text ?? (title || fields?.length || image ? "" : fallback);
  if (!said && !thumb) return null;
  const node = h("div", { class: "text", dir: "auto" }, marked(said ?? ""));
  return h("div", { class: "beside" }, shortened(node, said ?? ""), picture(thumb, "", "thumb"));
}

function fieldNode(field, marked) {
  return h("div", { class: field.short ? null : "whole" }, h("strong", {}, field.title), h("div", {}, marked(field.value)));
}

function footNode({ footer, footer_icon: sign, ts }, context) {
  if (!footer && !ts) return null;
  const when = ts ? h("time", {}, context.reader.full(Number(ts) * 1000)) : null;
  return h("div", { class: "attachment-foot" }, picture(sign, "", "context-picture"), footer, footer && when ? " | " : null, when);
}

function picture(url, alt, className) {
  const src = url && safeUrl(url);
  if (!src) return null;
  const image = h("img", { src, alt: alt ?? "", class: className, loading: "lazy" });
  image.addEventListener("error", () => image.remove());
  return image;
}
