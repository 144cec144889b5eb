// Slack's short notes at the foot of the page.

import { h } from "./dom.js";
import { icon } from "./icons.js";

const SHOWN = 8000; // milliseconds; longer while the pointer or the focus rests on it

/** Says something for a moment. `kind` is "error" or "done"; errors wait until dismissed. */
export function toast(words, { kind = "done" } = {}) {
  const region = document.getElementById("toasts") ?? document.body.appendChild(h("div", { id: "toasts", role: "status", "aria-live": "polite" }));
  // A modal makes the rest of the page inert, and the top layer covers it: stand where one is seen.
  (document.querySelector("dialog[open]:last-of-type") ?? document.body).append(region);
  const dismiss = () => node.remove();
  const node = h(
    "div",
    { class: `toast ${kind}` },
    h("span", {}, words),
    h("button", { type: "button", class: "button icon", "aria-label": "Dismiss this note", onclick: dismiss }, icon("cross")),
  );
  region.replaceChildren(node);
  if (kind === "error") return node;
  let timer = setTimeout(dismiss, SHOWN);
  node.addEventListener("pointerenter", () => clearTimeout(timer));
  node.addEventListener("pointerleave", () => {
    timer = setTimeout(dismiss, SHOWN);
  });
  return node;
}

/** Takes away what went wrong once something else is tried. */
export function hush() {
  document.querySelector("#toasts .toast.error")?.remove();
}
