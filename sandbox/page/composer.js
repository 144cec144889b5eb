// Where one writes: messages, slash commands, @people, #channels and emoji, files.

import { offersFor, usageOf } from "./completion.js";
import { announce, debounced, fill, h } from "./dom.js";
import { draftOf, keepDraft } from "./drafts.js";
import { sized } from "./files.js";
import { icon } from "./icons.js";
import { menuButton } from "./menus.js";
import { sign } from "./signs.js";

export class Composer {
  /**
   * `send({text, thread})` and `attach({files, text, thread})` answer true when the words may go;
   * `shortcut(one)` starts a global shortcut; `state()` knows people, channels and the app.
   */
  constructor({ id, send, attach, shortcut, state }) {
    Object.assign(this, { id, send, attach, shortcut, state });
    this.offers = [];
    this.active = 0;
    this.past = [];
    this.going = 0;
    this.files = [];
    this.keep = debounced(300, () => keepDraft(this.place, this.input.value));
    this.build();
  }

  build() {
    this.input = h("textarea", {
      rows: 1,
      id: this.id,
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
      "aria-controls": `${this.id}-list`,
      oninput: () => this.typed(),
      onkeydown: (event) => this.key(event),
      onpaste: (event) => this.add(event.clipboardData.files, event),
      onblur: () => this.hide(),
    });
    this.list = h("div", { id: `${this.id}-list`, class: "composer-list", role: "listbox", "aria-label": "Suggestions", hidden: true });
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.label = h("label", { for: this.id, class: "hidden" });
    this.button = h("button", { type: "submit", class: "button send", "aria-label": "Send" }, icon("send"));
    this.usage = h("p", { class: "usage-line", id: `${this.id}-usage`, hidden: true });
    this.input.setAttribute("aria-describedby", this.usage.id);
    this.chosen = h("input", { type: "file", multiple: true, class: "hidden", tabindex: -1, "aria-hidden": "true", onchange: () => this.add(this.chosen.files) });
    this.chips = h("div", { class: "attached", hidden: true });
    this.plus = menuButton({ label: "Shortcuts and files", className: "button icon plus", end: false, items: () => this.extras() });
    fill(this.plus.toggle, sign("plus"));
    this.node = h(
      "form",
      { class: "composer", onsubmit: (event) => (event.preventDefault(), this.submit()) },
      this.list,
      this.usage,
      h("div", { class: "composer-box" }, this.chips, h("div", { class: "composer-row" }, this.plus, this.label, this.input, this.chosen, this.button)),
    );
    this.node.addEventListener("dragover", (event) => event.preventDefault());
    this.node.addEventListener("drop", (event) => this.add(event.dataTransfer.files, event));
  }

  extras() {
    const { app } = this.state();
    const started = this.threaded ? [] : (app.shortcuts ?? []).filter((one) => one.type === "global");
    return [
      { name: "Attach a file", note: "Ctrl U", act: () => this.chosen.click() },
      ...started.map((one) => ({ name: one.name, note: one.description || app.name, act: () => this.shortcut(one) })),
    ];
  }

  show({ state, channel, room, thread }) {
    const name = channel.kind === "channel" ? `#${channel.name}` : channel.name;
    const archived = Boolean(room?.archived);
    this.threaded = thread;
    this.label.textContent = thread ? "Reply in thread" : `Message ${name}`;
    this.input.placeholder = thread ? "Reply…" : archived ? `${name} is archived` : `Message ${name}`;
    for (const control of [this.input, this.button, this.plus.toggle]) control.disabled = archived;
    this.goTo(["", state.team.id, state.me.id, channel.id, thread ?? ""].join("/"));
  }

  /** Another conversation has another draft. */
  goTo(place) {
    if (place === this.place) return;
    this.keep.cancel();
    if (this.place) keepDraft(this.place, this.input.value);
    this.place = place;
    this.drop();
    this.write(draftOf(place));
    this.hide();
  }

  // files

  add(files, event) {
    if (!files?.length) return;
    event?.preventDefault();
    this.files = [...this.files, ...files];
    this.chosen.value = "";
    this.showFiles();
    this.input.focus();
  }

  drop(file) {
    this.files = file ? this.files.filter((one) => one !== file) : [];
    this.showFiles();
  }

  showFiles() {
    this.chips.hidden = !this.files.length;
    fill(this.chips, this.files.map((file) => h("span", { class: "chip" }, icon("file"), ` ${file.name} `, h("span", { class: "hint" }, sized(file.size)), h("button", { type: "button", "aria-label": `Remove ${file.name}`, onclick: () => this.drop(file) }, "×"))));
    this.ready();
  }

  // sending

  submit() {
    const text = this.input.value.trim();
    const { files, place, threaded: thread } = this;
    if (!text && !files.length) return undefined;
    this.hide();
    this.write("");
    this.drop();
    keepDraft(place, "");
    this.past.push(text); // at once: the message may be seen before the answer to it has come
    return this.busy(async () => {
      const went = await (files.length ? this.attach({ files, text, thread }) : this.send({ text, thread }));
      if (!went) this.takeBack({ text, files, place });
    });
  }

  /** The button turns while anything is on its way; more can be sent meanwhile. */
  async busy(work) {
    this.going += 1;
    this.button.setAttribute("aria-busy", "true");
    try {
      await work();
    } finally {
      this.going -= 1;
      if (!this.going) this.button.removeAttribute("aria-busy");
    }
  }

  /** What did not go stands where it was written, unless something else stands there by now. */
  takeBack({ text, files, place }) {
    this.past.splice(this.past.lastIndexOf(text), 1);
    if (this.place !== place) return keepDraft(place, text);
    if (this.input.value) return undefined;
    this.files = files;
    this.showFiles();
    return this.write(text);
  }

  write(text) {
    this.input.value = text;
    this.grow();
    this.showUsage();
    this.ready();
  }

  grow() {
    this.input.rows = Math.min(this.input.value.split("\n").length, 8);
  }

  ready() {
    this.button.classList.toggle("primary", Boolean(this.input.value.trim() || this.files.length));
  }

  showUsage() {
    const command = this.state() ? usageOf(this.input.value, this.state().app) : null;
    this.usage.hidden = !command;
    fill(this.usage, command ? [h("strong", {}, command.command), h("span", { class: "usage" }, ` ${command.usage_hint}`), h("span", { class: "usage-about" }, command.description)] : null);
  }

  // suggestions

  typed() {
    this.grow();
    this.ready();
    this.showUsage();
    this.keep();
    this.offers = offersFor(this.input.value.slice(0, this.input.selectionStart), this.state());
    if (!this.offers.length) return this.hide();
    fill(this.list, this.offers.map((offer, index) => this.offerNode(offer, index)));
    this.list.hidden = false;
    announce(`${this.offers.length} suggestions`);
    return this.move(0);
  }

  offerNode(offer, index) {
    return h(
      "div",
      { role: "option", id: `${this.id}-offer-${index}`, "aria-selected": "false", onclick: () => this.take(offer) },
      h("span", { class: "option-label" }, offer.drawn ? `${offer.drawn} ` : null, offer.title, offer.hint ? h("span", { class: "usage" }, ` ${offer.hint}`) : null),
      offer.note ? h("span", { class: "option-description" }, offer.note) : null,
    );
  }

  move(index) {
    this.active = (index + this.offers.length) % this.offers.length;
    [...this.list.children].forEach((option, at) => {
      const isActive = at === this.active;
      option.setAttribute("aria-selected", String(isActive));
      option.classList.toggle("active", isActive);
      if (isActive) option.scrollIntoView({ block: "nearest" });
    });
    this.input.setAttribute("aria-activedescendant", `${this.id}-offer-${this.active}`);
  }

  take(offer) {
    const after = this.input.value.slice(this.input.selectionStart);
    const before = this.input.value.slice(0, offer.from) + offer.text;
    this.write(before + after);
    this.keep();
    this.input.setSelectionRange(before.length, before.length);
    this.hide();
    this.input.focus();
  }

  hide() {
    this.list.hidden = true;
    this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.isComposing) return;
    const opened = !this.list.hidden;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (opened && event.key in steps) this.move(this.active + steps[event.key]);
    else if (opened && event.key === "Tab") this.take(this.offers[this.active]);
    else if (opened && event.key === "Escape") this.hide();
    else if (event.key === "Enter" && !event.shiftKey) this.enter(opened);
    else if (event.key in steps && this.recall(event.key)) event.stopPropagation();
    else if (event.key === "u" && (event.ctrlKey || event.metaKey)) this.chosen.click();
    else return;
    event.preventDefault();
  }

  /** Goes through what was sent before; answers whether there was something to show. */
  recall(key) {
    const at = this.input.value ? this.past.lastIndexOf(this.input.value, this.at ?? Infinity) : this.past.length;
    if (at < 0) return false;
    const next = key === "ArrowUp" ? at - 1 : at + 1;
    if (next < 0 || (key === "ArrowDown" && !this.input.value)) return false;
    this.at = next;
    this.write(this.past[next] ?? "");
    return true;
  }

  /** Enter completes what is half typed and sends what is whole. */
  enter(opened) {
    const offer = this.offers[this.active];
    const whole = offer && this.input.value.slice(offer.from).trim() === offer.text.trim();
    if (opened && !whole) this.take(offer);
    else this.submit();
  }
}
