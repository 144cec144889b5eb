// Reactions below a message: chips that toggle, and a small picker to add one.

import { h, uniqueId } from "./dom.js";
import { emoji, emojiNames } from "./emoji.js";
import { icon } from "./icons.js";
import { Layer } from "./popover.js";

const OFTEN = ["white_check_mark", "eyes", "raised_hands", "+1", "tada", "heart", "joy", "rocket"];
const MOST = 72; // emoji shown at once

/** The chips of a message; nothing when nobody reacted. */
export function reactionsNode(message, { context, react }) {
  if (!message.reactions?.length) return null;
  const chips = message.reactions.map((reaction) => chip(reaction, message, { context, react }));
  return h("div", { class: "reactions" }, chips, pickerButton({ message, react, className: "reaction add" }));
}

function chip({ name, users, count }, message, { context, react }) {
  const mine = users.includes(context.me);
  const names = users.map((id) => (id === context.me ? "You" : nameOf(id, context)));
  const told = `${names.join(", ")} reacted with :${name}:`;
  return h(
    "button",
    { type: "button", class: mine ? "reaction mine" : "reaction", "aria-pressed": String(mine), "aria-label": `${count} ${told}`, title: told, "data-action-id": `react-${name}`, onclick: () => react(message, name) },
    h("span", { "aria-hidden": "true" }, emoji(name)),
    h("span", { class: "reaction-count", "aria-hidden": "true" }, String(count)),
  );
}

function nameOf(id, context) {
  const person = context.person(id);
  return person?.display_name || person?.real_name || person?.name || id;
}

/** A button that opens the picker and reacts with what is chosen. */
export function pickerButton({ message, react, className = "button icon" }) {
  const id = uniqueId("emoji");
  const toggle = h("button", { type: "button", class: className, "aria-label": "Add reaction", "data-tip": "Add reaction", "aria-haspopup": "dialog", "aria-expanded": "false", "aria-controls": id }, icon("smile"));
  const panel = h("div", { role: "dialog", id, "aria-label": "Choose an emoji", class: "emoji-picker" });
  const node = h("span", { class: "menu-button" }, toggle, panel);
  const layer = new Layer(panel, toggle, { end: true, closed: () => toggle.setAttribute("aria-expanded", "false") });
  const leave = () => {
    layer.close();
    toggle.focus();
  };
  const choose = (name) => {
    leave();
    react(message, name);
  };
  toggle.addEventListener("click", () => {
    if (layer.opened) return leave();
    panel.replaceChildren(...pickerInside(choose));
    layer.open();
    toggle.setAttribute("aria-expanded", "true");
    return panel.querySelector("input").focus();
  });
  panel.addEventListener("keydown", (event) => walkGrid(event, panel, leave));
  node.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !node.contains(event.relatedTarget)) layer.close();
  });
  return node;
}

function pickerInside(choose) {
  const grid = h("div", { class: "emoji-grid" });
  const show = (query) => {
    const sought = query.trim().replaceAll(" ", "_").toLowerCase();
    const found = sought ? emojiNames().filter((name) => name.includes(sought)) : [...OFTEN, ...emojiNames()];
    grid.replaceChildren(...differing(found).slice(0, MOST).map((name) => h("button", { type: "button", "aria-label": name, title: `:${name}:`, onclick: () => choose(name) }, emoji(name))));
    if (!found.length) grid.replaceChildren(h("p", { class: "hint" }, "No emoji found"));
  };
  const search = h("input", { type: "search", "aria-label": "Search emoji", placeholder: "Search all emoji", oninput: () => show(search.value) });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") grid.querySelector("button")?.click();
  });
  show("");
  return [search, grid];
}

/** Each sign once, by the first of its names. */
function differing(names) {
  const seen = new Set();
  return names.filter((name) => !seen.has(emoji(name)) && seen.add(emoji(name)));
}

function walkGrid(event, panel, leave) {
  const all = [...panel.querySelectorAll(".emoji-grid button")];
  const at = all.indexOf(document.activeElement);
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 };
  if (event.key === "Escape") {
    event.stopPropagation();
    event.preventDefault();
    leave();
  } else if (event.key in steps && (at >= 0 || event.key === "ArrowDown")) {
    event.preventDefault();
    (all[at < 0 ? 0 : at + steps[event.key]] ?? panel.querySelector("input")).focus();
  }
}
