// The bar at the foot of a phone: the list, the app, other people, and the sandbox's tools.

import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { sign } from "./signs.js";

export class BottomBar {
  constructor({ app }) {
    this.app = app;
    this.list = this.button("Channels", sign("menu"), () => app.showList(true));
    this.home = this.button("App", icon("home"), () => app.main.openApp("home"));
    this.people = this.button("People", sign("people"), () => app.switcher.open({ people: true }));
    this.inspector = this.button("Inspector", sign("pulse"), () => app.openPanel("inspector"));
    this.inspector.dataset.panel = "inspector";
    this.count = h("span", { class: "count", hidden: true });
    this.list.append(this.count);
    this.node = h("nav", { class: "bottom-bar", "aria-label": "Places" }, this.list, this.home, this.people, this.inspector);
  }

  button(words, drawn, act) {
    return h("button", { type: "button", class: "bottom-item", onclick: act }, drawn, h("span", {}, words));
  }

  show(state, place) {
    const unread = [...state.channels, ...state.dms].reduce((sum, one) => sum + one.unread, 0);
    this.count.hidden = !unread;
    fill(this.count, unread > 99 ? "99+" : String(unread), h("span", { class: "hidden" }, " unread"));
    const isList = this.app.root.dataset.screen === "list";
    mark(this.list, isList);
    mark(this.home, !isList && place.tab === "home");
  }
}

function mark(button, isHere) {
  if (isHere) button.setAttribute("aria-current", "page");
  else button.removeAttribute("aria-current");
}
