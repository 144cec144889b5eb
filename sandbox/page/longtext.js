// Long texts are cut until the reader asks for all of it, as Slack does.

import { h } from "./dom.js";

const LETTERS = 1000;
const LINES = 16;

/** The node as it is when short, else cut off with a button that shows the rest. */
export function shortened(node, text) {
  if (text.length <= LETTERS && text.split("\n").length <= LINES) return node;
  const button = h("button", { type: "button", class: "as-link show-more", "aria-expanded": "false" }, "Show more");
  node.classList.add("cut");
  button.addEventListener("click", () => {
    const isCut = node.classList.toggle("cut");
    button.textContent = isCut ? "Show more" : "Show less";
    button.setAttribute("aria-expanded", String(!isCut));
  });
  return h("div", { class: "long" }, node, button);
}
