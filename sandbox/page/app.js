// The page as a whole: the list of places, the columns of people, the panels around them.

import { follow, read } from "./api.js";
import { besideHead, mainHead } from "./heads.js";
import { BottomBar } from "./bottombar.js";
import { Clock } from "./clock.js";
import { Column } from "./column.js";
import { announce, debounced, fill, h } from "./dom.js";
import { FaultPanel } from "./faults.js";
import { showHelp } from "./help.js";
import { Inspector } from "./inspector.js";
import { besideOf, hashOf, placeOf } from "./places.js";
import { Sidebar } from "./sidebar.js";
import { Switcher } from "./switcher.js";
import { Theme } from "./theme.js";
import { Toolbar } from "./toolbar.js";

const MOST_BESIDE = 2;
const NARROW = 720; // pixels up to which a panel lies over everything

class App {
  constructor(root) {
    this.root = root;
    const { place, beside, panel } = placeOf(location.hash);
    this.theme = new Theme();
    this.clock = new Clock({ travel: (goal) => this.travel(goal), cancel: () => this.main.api.post("clock/stop"), reader: () => this.main.reader });
    this.main = this.column({ place, id: "", head: (column) => mainHead(column, this) });
    this.beside = [];
    this.build();
    for (const other of beside) this.addBeside(other);
    if (panel) this.openPanel(panel, { focus: false });
    this.inspector.wake = debounced(120, () => this.inspector.load());
    follow({ changed: () => this.changed(), reached: (isReached) => this.reached(isReached) });
    // The address as it was asked for: by now `remember` may have written the place still shown.
    addEventListener("hashchange", (event) => this.goTo(new URL(event.newURL).hash));
    addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("visibilitychange", () => this.changed());
  }

  /** Shows the place of the address, ready to write in. */
  async begin() {
    await this.main.reload();
    const { opened } = this.main.modal;
    if (!opened && !this.main.place.tab && document.activeElement === document.body) this.main.focus();
  }

  column({ place, id, head, level }) {
    const shell = {
      now: () => this.clock.now(),
      moved: (column) => this.moved(column),
      shown: (column) => this.shown(column),
      reached: (isReached, words) => this.reached(isReached, words),
      isShared: () => this.beside.length > 0 || (Boolean(this.panel) && innerWidth > NARROW),
      inspect: (message) => this.inspect(message),
    };
    return new Column({ place, id, shell, head, level });
  }

  build() {
    this.sidebar = new Sidebar({ app: this });
    this.switcher = new Switcher({ app: this });
    this.inspector = new Inspector({ read, reader: () => this.main.reader, state: () => this.main.state });
    this.faults = new FaultPanel({ api: this.main.api, read, state: () => this.main.state });
    this.panels = { inspector: this.inspector, faults: this.faults };
    this.toolbar = new Toolbar({ app: this });
    this.bottom = new BottomBar({ app: this });
    this.offline = h("p", { class: "notice error offline", role: "alert", hidden: true });
    this.columns = h("div", { class: "columns" }, this.main.node);
    this.panelSlot = h("aside", { class: "panel-slot", "aria-label": "Panel", hidden: true });
    this.desk = h("div", { class: "desk" }, this.sidebar.node, this.columns, this.panelSlot);
    fill(this.root, this.toolbar.node, this.offline, this.desk, this.bottom.node);
    this.showList(false);
  }

  // columns

  get all() {
    return [this.main, ...this.beside];
  }

  /** Shows another person beside; of the same workspace and place unless said otherwise. */
  addBeside(place) {
    if (this.beside.length >= MOST_BESIDE) return;
    const id = `beside-${Date.now().toString(36)}-${this.beside.length}-`;
    const column = this.column({ place, id, level: 2, head: (made) => besideHead(made, this) });
    this.beside.push(column);
    this.columns.append(column.node);
    this.rearranged();
    column.reload();
  }

  removeBeside(column) {
    this.beside = this.beside.filter((one) => one !== column);
    column.leave();
    this.rearranged();
    this.main.focus();
  }

  rearranged() {
    this.root.dataset.columns = String(this.all.length);
    for (const column of this.all) column.rehouse();
    this.remember();
  }

  moved(column) {
    if (column !== this.main) return;
    this.showList(false);
  }

  /** A column has read its state anew. */
  shown(column) {
    this.remember();
    column.head?.(column.state);
    if (column !== this.main) return;
    this.tellArrivals(column.state);
    this.clock.show(column.state.clock);
    this.sidebar.show(column.state, column.place);
    this.toolbar.show(column.state);
    this.bottom.show(column.state, column.place);
  }

  /** Says where something new came; what comes into the open conversation its log says itself. */
  tellArrivals({ channels, dms, channel, me }) {
    const rooms = [...channels, ...dms];
    const before = this.unread?.of === me.id ? this.unread.rooms : null;
    const grown = rooms.find((one) => one.id !== channel.id && before?.has(one.id) && one.unread > before.get(one.id));
    if (grown) announce(`New message in ${grown.name}`);
    this.unread = { of: me.id, rooms: new Map(rooms.map((one) => [one.id, one.unread])) };
  }

  changed() {
    for (const column of this.all) column.reload();
    if (this.panel === "inspector") this.inspector.wake();
    if (this.panel === "faults") this.faults.load();
  }

  reached(isReached, words) {
    this.offline.hidden = isReached;
    if (!isReached) this.offline.textContent = `The sandbox cannot be reached. Trying again… ${words ?? ""}`;
  }

  // where one is

  remember() {
    const hash = hashOf(this.main.place, this.beside.map((column) => column.place), this.panel);
    if (hash !== location.hash) history.replaceState(null, "", hash);
  }

  goTo(hash) {
    const { place, beside, panel } = placeOf(hash);
    if (besideOf(beside) !== besideOf(this.beside.map((column) => column.place))) {
      for (const column of [...this.beside]) this.removeBeside(column);
      for (const other of beside) this.addBeside(other);
    }
    if (panel !== this.panel) this.openPanel(panel, { focus: false });
    this.main.open({ team: "", as: "", channel: "", tab: "", thread: "", ...place });
  }

  /** Becomes somebody, in the conversation that is open if they see it. */
  become(as) {
    this.main.open({ as, thread: "" });
  }

  /** On a narrow screen either the list of places shows or the place itself. */
  showList(isList) {
    this.root.dataset.screen = isList ? "list" : "place";
    if (isList) this.sidebar.node.querySelector("[aria-current]")?.focus();
    if (this.main.state) this.bottom.show(this.main.state, this.main.place);
  }

  // panels

  openPanel(name, { focus = true } = {}) {
    const before = this.panel;
    this.panel = name === before && focus ? "" : name;
    const panel = this.panels[this.panel];
    fill(this.panelSlot, panel ? panel.node : null);
    this.panelSlot.hidden = !panel;
    this.panelSlot.setAttribute("aria-label", panel?.title ?? "Panel");
    this.root.classList.toggle("with-panel", Boolean(panel));
    for (const column of this.all) column.rehouse();
    panel?.opened({ close: () => this.openPanel("") });
    if (focus && panel) panel.node.querySelector("button, input, select")?.focus();
    const openers = [...this.root.querySelectorAll(`[data-panel="${before}"]`)];
    if (focus && !panel) openers.find((one) => one.offsetParent)?.focus();
    if (this.main.state) this.toolbar.show(this.main.state);
    this.remember();
  }

  inspect(message) {
    if (this.panel !== "inspector") this.openPanel("inspector", { focus: false });
    this.inspector.showMessage(message);
  }

  travel(goal) {
    return this.main.attempt(() => this.main.api.post("clock", goal));
  }

  // keys that work everywhere

  key(event) {
    const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
    const withControl = event.ctrlKey || event.metaKey;
    const acts = { k: () => this.switcher.open(), i: () => this.openPanel("inspector"), j: () => this.openPanel("faults") };
    if (withControl && !event.altKey && !event.shiftKey && event.key in acts) {
      event.preventDefault();
      acts[event.key]();
    } else if (event.key === "?" && !isTyping && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      showHelp();
    } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      this.sidebar.step(event.key === "ArrowUp" ? -1 : 1, { unread: event.shiftKey });
    } else if (event.key === "F6") {
      event.preventDefault();
      this.walkRegions(event.shiftKey ? -1 : 1);
    }
  }

  /** F6 goes round the regions of the page, as in Slack. */
  walkRegions(step) {
    const regions = [this.toolbar.node, this.sidebar.node, ...this.all.flatMap((one) => [one.messages.node, one.app.node, one.composer.node]), this.panelSlot];
    const shown = regions.filter((one) => one.offsetParent !== null);
    const at = shown.findIndex((one) => one.contains(document.activeElement));
    const next = shown.at((at + step) % shown.length);
    const first = ["textarea", "[aria-current]", "button", "[tabindex]"].map((one) => next.querySelector(one)).find(Boolean);
    (next.matches("[tabindex]") ? next : first)?.focus();
  }
}

new App(document.getElementById("app")).begin();
