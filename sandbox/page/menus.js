// Menus of things to do, as overflow buttons and messages have them.
// Pattern: https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/

import { h, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { Layer } from "./popover.js";

/**
 * A button that opens a menu. `items()` answers [{name, note, act, danger}]; they are asked for
 * when it opens.
 */
export function menuButton({ label, sign = "dots", className = "button icon", items, end = true }) {
  const menuId = uniqueId("menu");
  const toggle = h(
    "button",
    { type: "button", class: className, "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": menuId, "aria-label": label, "data-tip": label },
    icon(sign),
  );
  const menu = h("div", { role: "menu", id: menuId, "aria-label": label, class: "menu" });
  const node = h("span", { class: "menu-button" }, toggle, menu);
  const layer = new Layer(menu, toggle, { end, closed: () => toggle.setAttribute("aria-expanded", "false") });
  const leave = () => {
    layer.close();
    toggle.focus();
  };
  const open = (last) => {
    menu.replaceChildren(...items().map((item) => itemNode(item, leave)));
    layer.open();
    toggle.setAttribute("aria-expanded", "true");
    menu.querySelector(`[role=menuitem]:${last ? "last" : "first"}-of-type`)?.focus();
  };
  toggle.addEventListener("click", () => (layer.opened ? leave() : open()));
  toggle.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    open(event.key === "ArrowUp");
  });
  menu.addEventListener("keydown", (event) => walkMenu(event, menu, leave));
  node.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !node.contains(event.relatedTarget)) layer.close();
  });
  node.toggle = toggle;
  return node;
}

function itemNode({ name, note, act, danger, nodes }, leave) {
  const run = () => {
    leave();
    act();
  };
  return h(
    "button",
    { type: "button", role: "menuitem", tabindex: -1, class: danger ? "danger" : null, onclick: run },
    h("span", {}, nodes ?? name),
    note ? h("span", { class: "option-description" }, note) : null,
  );
}

/** Arrow keys, Home, End, letters and Escape in an open menu. */
function walkMenu(event, menu, leave) {
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const goals = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  const lettered = event.key.length === 1 && items.find((item) => item.textContent.toLowerCase().startsWith(event.key.toLowerCase()));
  if (event.key in goals) items.at(goals[event.key] % items.length).focus();
  else if (event.key === "Escape") leave();
  else if (event.key === "Tab") leave();
  else if (lettered && event.key !== " ") lettered.focus();
  else return;
  if (event.key !== "Tab") event.preventDefault();
  event.stopPropagation();
}
