// The keys that work, in a dialog.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { showOver } from "./manage.js";

const KEYS = [
  ["Everywhere", [
    ["Ctrl K", "Jump to a channel, a person, a workspace or a tool"],
    ["F6", "Go to the next part of the page, with Shift to the one before"],
    ["Alt ↑ ↓", "The conversation above or below"],
    ["Alt Shift ↑ ↓", "The unread conversation above or below"],
    ["Ctrl I", "Open or close the inspector"],
    ["Ctrl J", "Open or close the faults"],
    ["?", "These keys"],
  ]],
  ["Where you write", [
    ["/", "Commands of the app, with what they take"],
    ["@  #  :", "People, channels, emoji"],
    ["Tab  Enter", "Take the suggestion"],
    ["Enter", "Send; Shift Enter begins a new line"],
    ["↑", "In an empty field: what you sent before"],
    ["Ctrl U", "Attach a file"],
  ]],
  ["Among messages", [
    ["↑ ↓", "The message above or below"],
    ["Tab", "Into a message: its buttons, menus and links"],
    ["Esc", "Close what is open: a list, a thread, a modal"],
  ]],
];

export function showHelp() {
  const close = h("button", { type: "button", class: "button icon", "aria-label": "Close", onclick: () => dialog.close() }, icon("cross"));
  const dialog = h(
    "dialog",
    { class: "help", "aria-labelledby": "help-title" },
    h("header", { class: "modal-head" }, h("h2", { id: "help-title" }, "Keyboard shortcuts"), close),
    h("div", { class: "help-body", tabindex: 0 }, KEYS.map(([title, rows]) => [h("h3", {}, title), h("dl", {}, rows.flatMap(keyNodes))])),
  );
  showOver(dialog);
}

function keyNodes([keys, words]) {
  return [h("dt", {}, keys.split(" ").filter(Boolean).map((key) => h("kbd", {}, key))), h("dd", {}, words)];
}
