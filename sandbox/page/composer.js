// Where one writes: messages, slash commands, @people and #channels, with suggestions.

import { announce, fill, h } from "./dom.js";
import { icon } from "./icons.js";

const MOST = 8; // suggestions shown at once

export class Composer {
  /** `send({text, thread})` answers true when the words may go; `context` knows people and channels. */
  constructor({ send, shortcut, state }) {
    Object.assign(this, { send, shortcut, state });
    this.offers = [];
    this.active = 0;
    this.past = [];
    this.build();
  }

  build() {
    this.input = h("textarea", {
      rows: 1,
      id: "composer",
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
      "aria-controls": "composer-list",
      oninput: () => this.typed(),
      onkeydown: (event) => this.key(event),
      onblur: () => this.hide(),
    });
    this.list = h("div", { id: "composer-list", role: "listbox", "aria-label": "Suggestions", hidden: true });
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.label = h("label", { for: "composer", class: "hidden" });
    this.button = h("button", { type: "submit", class: "button primary send", "aria-label": "Send" }, icon("send"));
    this.quick = h("div", { class: "quick" });
    this.thread = h("div", { class: "thread-note", hidden: true });
    this.node = h(
      "form",
      { class: "composer", onsubmit: (event) => (event.preventDefault(), this.submit()) },
      this.thread,
      this.list,
      this.quick,
      h("div", { class: "composer-row" }, this.label, this.input, this.button),
    );
  }

  show({ channel, app, archived }) {
    const name = channel.kind === "dm" ? channel.name : `#${channel.name}`;
    this.label.textContent = `Message ${name}`;
    this.input.placeholder = archived ? `${name} is archived` : `Message ${name} or type /`;
    this.input.disabled = archived;
    this.button.disabled = archived;
    const shortcuts = (app.shortcuts ?? []).filter((one) => one.type === "global");
    fill(this.quick, shortcuts.map((one) => h("button", { type: "button", class: "button small", onclick: () => this.shortcut(one) }, one.name)));
    if (this.channel !== channel.id) this.answer(null);
    this.channel = channel.id;
  }

  /** Writes in the thread of a message, or in the channel again. */
  answer(message) {
    this.to = message;
    this.thread.hidden = !message;
    if (!message) return;
    const stop = h("button", { type: "button", class: "as-link", onclick: () => this.answer(null) }, "Cancel");
    fill(this.thread, `Replying to ${message.author} `, stop);
    this.input.focus();
  }

  async submit() {
    const text = this.input.value.trim();
    if (!text || this.button.getAttribute("aria-busy") === "true") return;
    this.hide();
    this.button.setAttribute("aria-busy", "true");
    this.write("");
    try {
      const went = await this.send({ text, thread: this.to?.ts });
      if (!went && !this.input.value) this.write(text);
      if (went) this.past.push(text);
      if (went) this.answer(null);
    } finally {
      this.button.removeAttribute("aria-busy");
    }
  }

  write(text) {
    this.input.value = text;
    this.grow();
  }

  grow() {
    this.input.rows = Math.min(this.input.value.split("\n").length, 8);
  }

  typed() {
    this.grow();
    this.offers = this.offersFor(this.input.value.slice(0, this.input.selectionStart)).slice(0, MOST);
    if (!this.offers.length) return this.hide();
    fill(this.list, this.offers.map((offer, index) => this.offerNode(offer, index)));
    this.list.hidden = false;
    announce(`${this.offers.length} suggestions`);
    return this.move(0);
  }

  offersFor(before) {
    const { app, people, channels } = this.state();
    const command = /^\/(\S*)$/.exec(before);
    if (command) {
      return app.commands
        .filter((one) => one.command.startsWith(before))
        .map((one) => ({ from: 0, text: `${one.command} `, title: one.command, hint: one.usage_hint, note: one.description }));
    }
    const sign = /(?:^|\s)([@#])([\w.-]*)$/.exec(before);
    if (!sign) return [];
    const from = before.length - sign[2].length - 1;
    const names = sign[1] === "@" ? people.filter((one) => !one.deleted) : channels;
    return names
      .filter((one) => `${one.name} ${one.real_name ?? ""}`.toLowerCase().includes(sign[2].toLowerCase()))
      .map((one) => ({ from, text: `${sign[1]}${one.name} `, title: `${sign[1]}${one.name}`, note: one.real_name ?? "" }));
  }

  offerNode(offer, index) {
    return h(
      "div",
      { role: "option", id: `offer-${index}`, "aria-selected": "false", onclick: () => this.take(offer) },
      h("span", { class: "option-label" }, offer.title, offer.hint ? h("span", { class: "usage" }, ` ${offer.hint}`) : null),
      offer.note ? h("span", { class: "option-description" }, offer.note) : null,
    );
  }

  move(index) {
    this.active = (index + this.offers.length) % this.offers.length;
    [...this.list.children].forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === this.active));
      option.classList.toggle("active", at === this.active);
    });
    this.input.setAttribute("aria-activedescendant", `offer-${this.active}`);
  }

  take(offer) {
    const after = this.input.value.slice(this.input.selectionStart);
    const before = this.input.value.slice(0, offer.from) + offer.text;
    this.write(before + after);
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
    else if (event.key === "ArrowUp" && !this.input.value && this.past.length) this.write(this.past.at(-1));
    else return;
    event.preventDefault();
  }

  /** Enter completes what is half typed and sends what is whole. */
  enter(opened) {
    const offer = this.offers[this.active];
    const whole = offer && this.input.value.slice(offer.from).trim() === offer.text.trim();
    if (opened && !whole) this.take(offer);
    else this.submit();
  }
}
