// The bar above Slack: the sandbox's own tools. Its clock, its faults, what it saw, who stands beside.

import { fill, h } from "./dom.js";
import { showHelp } from "./help.js";
import { menuButton } from "./menus.js";
import { sign } from "./signs.js";
import { nameOf } from "./names.js";

export class Toolbar {
  constructor({ app }) {
    this.app = app;
    this.disconnected = h("span", { class: "tool-note", hidden: true, title: "No request URL and no socket is connected" }, "The app is not connected");
    this.beside = menuButton({ label: "Show somebody beside", className: "tool", items: () => this.people() });
    fill(this.beside.toggle, sign("columns"), h("span", { class: "tool-words" }, "Beside…"));
    this.inspector = this.panelButton("inspector", "pulse", "Inspector");
    this.faults = this.panelButton("faults", "bolt", "Faults");
    this.badge = h("span", { class: "tool-badge", hidden: true });
    this.faults.append(this.badge);
    this.theme = h("button", { type: "button", class: "tool", onclick: () => this.nextTheme() });
    const help = h("button", { type: "button", class: "tool", "aria-label": "Keyboard shortcuts", "data-tip": "Keyboard shortcuts", onclick: () => showHelp() }, sign("help"));
    const name = h("span", { class: "tool-name" }, "Sandbox");
    this.node = h("header", { class: "toolbar-top", "aria-label": "The sandbox's tools" }, name, this.disconnected, app.clock.node, this.faults, this.inspector, this.beside, this.theme, help);
    this.nameTheme();
  }

  panelButton(name, drawn, words) {
    return h("button", { type: "button", class: "tool", "aria-label": words, "data-panel": name, "aria-pressed": "false", onclick: () => this.app.openPanel(name) }, sign(drawn), h("span", { class: "tool-words" }, words));
  }

  people() {
    const { main, beside } = this.app;
    const { people, me, team } = main.state;
    const shown = new Set([me.id, ...beside.filter((one) => one.place.team === team.id).map((one) => one.place.as)]);
    const others = people.filter((one) => !one.is_bot && !one.deleted && !shown.has(one.id));
    if (beside.length >= 2) return [{ name: "Three people are all that fit", act: () => {} }];
    if (!others.length) return [{ name: "There is nobody else", act: () => {} }];
    const { channel } = main.state;
    const where = channel.kind === "dm" ? "" : channel.id;
    return others.map((one) => ({ name: nameOf(one), note: one.tz, act: () => this.app.addBeside({ team: team.id, as: one.id, channel: where }) }));
  }

  nextTheme() {
    this.app.theme.next();
    this.nameTheme();
  }

  nameTheme() {
    const { name } = this.app.theme;
    const words = `Colours: ${{ auto: "as the system", light: "light", dark: "dark" }[name]}`;
    this.theme.setAttribute("aria-label", words);
    this.theme.dataset.tip = words;
    fill(this.theme, sign({ auto: "auto", light: "sun", dark: "moon" }[name]));
  }

  show(state) {
    this.disconnected.hidden = state.app.connected;
    this.badge.hidden = !state.faults;
    this.badge.textContent = String(state.faults);
    this.faults.setAttribute("aria-label", state.faults ? `Faults, ${state.faults} switched on` : "Faults");
    this.faults.classList.toggle("alarmed", state.faults > 0);
    for (const button of [this.inspector, this.faults]) button.setAttribute("aria-pressed", String(button.dataset.panel === this.app.panel));
  }
}
