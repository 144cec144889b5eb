// JSON as one reads it: folded, with the marked places open, and a button that copies it whole.

import { h } from "./dom.js";
import { sign } from "./signs.js";

const LONG = 12; // entries up to which an object stands open
const DEEP = 2; // levels that stand open by themselves

/** `marks`: JSON pointers of what is wrong; the way to each stands open. */
export function jsonNode(value, { label, marks = [] } = {}) {
  const words = JSON.stringify(value, null, 2) ?? "";
  const said = h("span", { class: "hidden", role: "status" });
  const copy = h("button", { type: "button", class: "button small copy", onclick: () => copied(words, said) }, sign("copy"), "Copy");
  return h("div", { class: "json" }, h("div", { class: "json-head" }, h("h4", {}, label), said, copy), h("div", { class: "json-body", tabindex: 0, role: "group", "aria-label": label }, branch(value, { pointer: "", depth: 0, marks, last: true })));
}

async function copied(words, said) {
  await navigator.clipboard.writeText(words).catch(() => {});
  said.textContent = "Copied";
}

function branch(value, place) {
  if (value === null || typeof value !== "object") return leaf(value, place);
  const entries = Array.isArray(value) ? value.map((each, index) => [String(index), each]) : Object.entries(value);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  if (!entries.length) return h("div", { class: "json-row" }, keyNode(place), `${open}${close}`, comma(place));
  const isMarked = place.marks.some((mark) => mark === place.pointer || mark.startsWith(`${place.pointer}/`));
  const opened = isMarked || place.depth === 0 || (place.depth < DEEP && entries.length <= LONG);
  const node = h(
    "details",
    { class: place.marks.includes(place.pointer) ? "json-branch wrong" : "json-branch", open: opened },
    h("summary", {}, keyNode(place), open, h("span", { class: "json-fold" }, summaryOf(value, entries.length)), h("span", { class: "json-close" }, close, comma(place))),
  );
  const grow = () => {
    if (node.dataset.grown || !node.open) return;
    node.dataset.grown = "yes";
    const inside = entries.map(([key, each], index) =>
      branch(each, { ...place, key: Array.isArray(value) ? null : key, pointer: `${place.pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, depth: place.depth + 1, last: index === entries.length - 1 }));
    node.append(h("div", { class: "json-inside" }, inside), h("div", { class: "json-row" }, close, comma(place)));
  };
  node.addEventListener("toggle", grow);
  grow();
  return node;
}

function leaf(value, place) {
  const kind = value === null ? "null" : typeof value;
  return h("div", { class: place.marks.includes(place.pointer) ? "json-row wrong" : "json-row" }, keyNode(place), h("span", { class: `json-${kind}` }, JSON.stringify(value)), comma(place));
}

function keyNode({ key }) {
  return key === undefined || key === null ? null : [h("span", { class: "json-key" }, JSON.stringify(key)), ": "];
}

function comma({ last }) {
  return last ? "" : ",";
}

function summaryOf(value, length) {
  const named = value.type ?? value.action_id ?? value.id;
  return typeof named === "string" ? ` ${named} … ` : ` ${length} ${length === 1 ? "entry" : "entries"} … `;
}
