// Files of a message: pictures inline, everything else as a card that can be fetched.

import { h, safeUrl } from "./dom.js";
import { icon } from "./icons.js";

const KINDS = [
  [/^image\//, "image", "Picture"],
  [/pdf/, "pdf", "PDF"],
  [/csv|excel|spreadsheet/, "sheet", "Spreadsheet"],
  [/zip|compressed|tar/, "zip", "Archive"],
  [/^text\/|json/, "text", "Text"],
];

/** The files of a message, drawn below its words. */
export function filesNode(files) {
  if (!files?.length) return null;
  return h("div", { class: "files" }, files.map(fileNode));
}

/** Where this page may fetch a file: relative addresses are the sandbox's own. */
function addressOf(file) {
  const address = file.page_url ?? file.url_private_download ?? file.url_private ?? file.permalink;
  return address ? safeUrl(new URL(address, location.href).href) : null;
}

/** One file object of the API. */
export function fileNode(file) {
  if (file.mode === "tombstone") return h("p", { class: "hint" }, "This file was deleted.");
  const href = addressOf(file);
  const isPicture = /^image\/(?!svg)/.test(file.mimetype ?? "") && href;
  return isPicture ? pictureNode(file, href) : cardNode(file, href);
}

function nameOf(file) {
  return file.title || file.name || "Untitled";
}

function pictureNode(file, href) {
  const image = h("img", { src: href, alt: file.alt_txt || nameOf(file), class: "picture", loading: "lazy" });
  const figure = h("figure", { class: "file-picture" }, h("figcaption", {}, nameOf(file), " ", fetchLink(file, href)), h("a", { href, target: "_blank", rel: "noopener noreferrer" }, image));
  image.addEventListener("error", () => figure.replaceWith(cardNode(file, href)));
  return figure;
}

function fetchLink(file, href) {
  return h("a", { href, download: file.name ?? "", class: "button icon", "aria-label": `Download ${nameOf(file)}`, "data-tip": "Download" }, icon("download"));
}

function cardNode(file, href) {
  const [, kind, words] = KINDS.find(([pattern]) => pattern.test(file.mimetype ?? "")) ?? [null, "file", (file.filetype ?? "File").toUpperCase()];
  return h(
    "div",
    { class: "file-card" },
    h("span", { class: `file-kind kind-${kind}`, "aria-hidden": "true" }, icon("file")),
    h("span", { class: "file-words" }, h("strong", {}, nameOf(file)), h("span", { class: "hint" }, [words, sized(file.size)].filter(Boolean).join(" · "))),
    href ? fetchLink(file, href) : null,
  );
}

/** Bytes as people say them. */
export function sized(bytes) {
  if (!Number.isFinite(bytes)) return "";
  const units = ["bytes", "kB", "MB", "GB"];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${power ? value.toFixed(value < 10 ? 1 : 0) : value} ${units[power]}`;
}
