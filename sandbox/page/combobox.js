// A menu one can type in: every select of Block Kit, single or multiple, with or without a source.
// Pattern: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

import { announce, debounced, fill, h, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { Layer } from "./popover.js";

const PAUSE = 180; // milliseconds of quiet before an app is asked

export class Combobox {
  /**
   * `load(query)` answers {options, error}; `changed(choices)` may answer false to take it back.
   * With `asks` the source is asked at each query instead of filtered here.
   */
  constructor({ name, placeholder, multiple, selected, load, changed, asks, clearable, least = 0, most = Infinity }) {
    Object.assign(this, { multiple, selected, load, changed, asks, clearable, least, most });
    this.choices = [];
    this.active = -1;
    this.turn = 0;
    this.build(name, placeholder);
    this.showSelected();
  }

  build(name, placeholder) {
    this.listId = uniqueId("list");
    this.input = h("input", {
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      placeholder,
      "aria-label": name,
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      "aria-controls": this.listId,
      onkeydown: (event) => this.key(event),
      oninput: () => this.typed(),
      onblur: () => this.close(),
    });
    this.list = h("div", { role: "listbox", id: this.listId, hidden: true, "aria-label": name || placeholder || "Options" });
    if (this.multiple) this.list.setAttribute("aria-multiselectable", "true");
    this.status = h("p", { class: "combo-status", role: "status", hidden: true });
    this.chips = h("span", { class: "chips" });
    this.clear = h(
      "button",
      { type: "button", class: "combo-clear", "aria-label": "Clear selection", hidden: true, onclick: () => this.choose(null) },
      "×",
    );
    this.arrow = h("span", { class: "combo-arrow", "aria-hidden": "true" }, icon("down"));
    this.box = h("div", { class: "combo-box" }, this.chips, this.input, this.clear, this.arrow);
    this.box.addEventListener("mousedown", (event) => this.pressed(event));
    const floating = h("div", { class: "combo-layer" }, this.list, this.status);
    floating.addEventListener("mousedown", (event) => event.preventDefault());
    this.node = h("div", { class: "combo" }, this.box, floating);
    this.layer = new Layer(floating, this.box, { wide: true, closed: () => this.vanished() });
    this.ask = debounced(PAUSE, () => this.search());
  }

  get values() {
    return this.selected.map((choice) => choice.value);
  }

  showSelected() {
    this.clear.hidden = this.multiple || !this.clearable || !this.selected.length;
    if (!this.multiple) {
      this.input.value = this.selected[0]?.label ?? "";
      return;
    }
    this.input.value = "";
    fill(this.chips, this.selected.map((choice) => this.chip(choice)));
  }

  /** A press anywhere in the box goes to the words; on open words it closes the list. */
  pressed(event) {
    if (event.target.closest("button")) return;
    const opens = this.list.hidden && this.status.hidden;
    // Or the browser would put the caret into the words that opening selects.
    if (opens || event.target !== this.input) event.preventDefault();
    this.input.focus();
    if (this.layer.opened && event.target !== this.input) this.close();
    else this.open();
  }

  chip(choice) {
    const remove = () => this.toggle(choice);
    return h(
      "span",
      { class: "chip" },
      choice.label,
      h("button", { type: "button", "aria-label": `Remove ${choice.label}`, onclick: remove }, "×"),
    );
  }

  async open() {
    if (!this.list.hidden || !this.status.hidden) return;
    if (!this.multiple) this.input.select();
    this.query = "";
    await this.search();
  }

  typed() {
    this.query = this.input.value.trim();
    if (!this.asks) return this.search();
    // At once: what is listed for other words must not be taken for these.
    this.turn += 1;
    return this.awaits() ? this.ask() : this.ask.cancel();
  }

  /** Says what the list waits for; answers whether the app is to be asked. */
  awaits() {
    const missing = this.least - this.query.length;
    this.tell(missing > 0 ? `Type ${missing} more character${missing === 1 ? "" : "s"} to search` : "Searching…");
    return missing <= 0;
  }

  async search() {
    this.turn += 1;
    const turn = this.turn;
    if (this.asks && !this.awaits()) return undefined;
    let answer;
    try {
      answer = await this.load(this.query);
    } catch (error) {
      answer = { options: [], error: error.message };
    }
    if (turn !== this.turn || document.activeElement !== this.input) return undefined;
    if (answer.error) return this.tell(`The options could not be loaded (${answer.error}).`, "error");
    return this.show(this.asks ? answer.options : matching(answer.options, this.query));
  }

  tell(words, kind = "") {
    this.hideList();
    this.status.className = `combo-status ${kind}`;
    this.status.hidden = false;
    if (this.status.textContent !== words) this.status.textContent = words;
    this.layer.open();
    this.input.setAttribute("aria-expanded", "false");
  }

  show(choices) {
    this.choices = choices;
    if (!choices.length) return this.tell("Nothing matches");
    this.status.hidden = true;
    fill(this.list, grouped(choices).map(([group, inside]) => this.groupNode(group, inside)));
    this.list.hidden = false;
    this.layer.open();
    this.input.setAttribute("aria-expanded", "true");
    const chosen = choices.findIndex((choice) => this.values.includes(choice.value));
    this.move(Math.max(chosen, 0));
    if (this.query) announce(`${choices.length} options`);
    return undefined;
  }

  groupNode(group, inside) {
    const nodes = inside.map((choice) => this.optionNode(choice));
    if (!group) return nodes;
    return h("div", { role: "group", "aria-label": group }, h("div", { class: "group-label", "aria-hidden": "true" }, group), nodes);
  }

  optionNode(choice) {
    const index = this.choices.indexOf(choice);
    return h(
      "div",
      {
        role: "option",
        id: `${this.listId}-${index}`,
        "aria-selected": String(this.values.includes(choice.value)),
        onclick: () => this.take(choice),
        onmousemove: () => this.move(index, { scroll: false }),
      },
      h("span", { class: "option-label" }, choice.face ? h("span", { class: "option-face", "aria-hidden": "true" }, choice.face) : null, choice.label),
      choice.description ? h("span", { class: "option-description" }, choice.description) : null,
    );
  }

  move(index, { scroll = true } = {}) {
    this.active = (index + this.choices.length) % this.choices.length;
    for (const option of this.list.querySelectorAll("[role=option]")) {
      const isActive = option.id === `${this.listId}-${this.active}`;
      option.classList.toggle("active", isActive);
      if (isActive && scroll) option.scrollIntoView({ block: "nearest" });
    }
    this.input.setAttribute("aria-activedescendant", `${this.listId}-${this.active}`);
  }

  key(event) {
    const opened = !this.list.hidden;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      if (opened) this.move(this.active + steps[event.key]);
      else this.open();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (opened) this.take(this.choices[this.active]);
      else this.open();
    } else if (event.key === "Escape" && (opened || !this.status.hidden)) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "Backspace" && this.multiple && !this.input.value && this.selected.length) {
      this.toggle(this.selected.at(-1));
    }
  }

  take(choice) {
    if (this.multiple) return this.toggle(choice);
    return this.choose(choice);
  }

  choose(choice) {
    return this.settle(choice ? [choice] : []);
  }

  toggle(choice) {
    const without = this.selected.filter((one) => one.value !== choice.value);
    if (without.length < this.selected.length) return this.settle(without);
    if (this.selected.length >= this.most) return this.tell(`At most ${this.most} can be chosen`, "error");
    return this.settle([...this.selected, choice]);
  }

  async settle(selected) {
    const before = this.selected;
    this.selected = selected;
    this.turn += 1;
    this.ask.cancel();
    this.vanished();
    this.layer.close();
    this.showSelected();
    if (this.multiple) this.input.focus();
    if ((await this.changed(selected)) === false) {
      this.selected = before;
      this.showSelected();
    }
  }

  hideList() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  vanished() {
    this.hideList();
    this.status.hidden = true;
  }

  close() {
    this.turn += 1;
    this.ask.cancel();
    this.vanished();
    this.layer.close();
    if (!this.multiple) this.showSelected();
    else this.input.value = "";
  }
}

function matching(choices, query) {
  const sought = query.toLocaleLowerCase();
  return choices.filter((choice) => choice.label.toLocaleLowerCase().includes(sought));
}

function grouped(choices) {
  const groups = new Map();
  for (const choice of choices) groups.set(choice.group, [...(groups.get(choice.group) ?? []), choice]);
  return [...groups];
}
