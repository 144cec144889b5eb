// Date, time and datetime pickers: fields one can type in, in the person's own way of writing.

import { Calendar } from "./calendar.js";
import { h, uniqueId } from "./dom.js";
import { dayIn, dayWords, timeIn, timeWords } from "./days.js";
import { icon } from "./icons.js";
import { Layer } from "./popover.js";
import { fromWall, toWall } from "./time.js";

const HALF_HOURS = Array.from({ length: 48 }, (_, index) => `${String(Math.floor(index / 2)).padStart(2, "0")}:${index % 2 ? "30" : "00"}`);
const USUAL = "09:00"; // shown beside a day picked first, where the person sees and can change it

/** A field that holds a day. `changed(day)` may answer false to take it back. */
export class DayField {
  constructor({ reader, start, placeholder, changed }) {
    Object.assign(this, { reader, changed, value: start ?? "" });
    this.input = h("input", { type: "text", class: "picker", autocomplete: "off", placeholder: placeholder || "Select a date", onkeydown: (event) => this.key(event), onclick: () => this.open({ focus: false }), onchange: () => this.typed(), onblur: (event) => this.left(event) });
    this.button = h("button", { type: "button", tabindex: -1, "aria-label": "Open the calendar", onclick: () => this.toggle() }, icon("calendar"));
    this.calendar = new Calendar({ anchor: this.input, reader, picked: (day) => this.pick(day) });
    this.node = h("div", { class: "field-with-sign date" }, this.input, this.button, this.calendar.node);
    this.calendar.node.addEventListener("focusout", (event) => this.left(event));
    this.show();
  }

  show() {
    this.input.value = dayWords(this.value, this.reader());
  }

  /** The day, also of words that were just typed; empty for none. */
  read() {
    const text = this.input.value.trim();
    if (!text || text === dayWords(this.value, this.reader())) return text ? this.value : "";
    return dayIn(text, this.reader()) ?? this.value;
  }

  toggle() {
    if (this.calendar.opened) this.calendar.close();
    else this.open({ focus: true });
  }

  open({ focus }) {
    if (!this.calendar.opened || focus) this.calendar.open(this.value, { focus });
  }

  left(event) {
    if (!this.node.contains(event.relatedTarget)) this.calendar.close();
  }

  key(event) {
    if (event.key === "ArrowDown") this.open({ focus: true });
    else if (event.key === "Escape" && this.calendar.opened) this.calendar.close();
    else if (event.key === "Enter" && this.calendar.opened) {
      this.calendar.close();
      this.typed();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  pick(day) {
    this.calendar.close();
    this.input.focus();
    this.calendar.close();
    if (day) this.settle(day);
  }

  typed() {
    this.settle(this.read());
  }

  async settle(value) {
    const before = this.value;
    this.value = value;
    this.show();
    if (value === before || (await this.changed(value)) !== false) return;
    this.value = before;
    this.show();
  }
}

/** A field that holds a time of day, "16:00". `changed(time)` may answer false to take it back. */
export class TimeField {
  constructor({ reader, start, placeholder, changed }) {
    Object.assign(this, { reader, changed, value: start ?? "", active: -1 });
    const listId = uniqueId("times");
    this.input = h("input", { type: "text", class: "picker", autocomplete: "off", role: "combobox", "aria-expanded": "false", "aria-controls": listId, placeholder: placeholder || "Select a time", onkeydown: (event) => this.key(event), onclick: () => this.open(), onchange: () => this.typed(), oninput: () => this.open(), onblur: () => this.close() });
    this.list = h("div", { role: "listbox", id: listId, "aria-label": "Times" });
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.node = h("div", { class: "field-with-sign time" }, this.input, h("button", { type: "button", tabindex: -1, "aria-label": "Open the list of times", onclick: () => this.input.focus() || this.open() }, icon("clock")), this.list);
    this.layer = new Layer(this.list, this.input, { wide: true });
    this.show();
  }

  show() {
    this.input.value = timeWords(this.value, this.reader());
  }

  read() {
    const text = this.input.value.trim();
    if (!text) return "";
    return timeIn(text) ?? this.value;
  }

  open() {
    if (!this.list.childElementCount) this.list.append(...HALF_HOURS.map((time, index) => this.option(time, index)));
    this.layer.open();
    this.input.setAttribute("aria-expanded", "true");
    this.move(HALF_HOURS.findLastIndex((time) => time <= (this.read() || USUAL)));
  }

  option(time, index) {
    return h("div", { role: "option", id: `${this.list.id}-${index}`, "aria-selected": "false", onclick: () => this.pick(time) }, timeWords(time, this.reader()));
  }

  move(index) {
    this.active = (index + HALF_HOURS.length) % HALF_HOURS.length;
    [...this.list.children].forEach((option, at) => {
      option.classList.toggle("active", at === this.active);
      option.setAttribute("aria-selected", String(HALF_HOURS[at] === this.value));
    });
    this.list.children[this.active].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.active}`);
  }

  close() {
    this.layer.close();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      if (this.layer.opened) this.move(this.active + steps[event.key]);
      else this.open();
    } else if (event.key === "Enter" && this.layer.opened) {
      const typed = this.input.value !== timeWords(this.value, this.reader()) && timeIn(this.input.value);
      this.pick(typed || HALF_HOURS[this.active]);
    } else if (event.key === "Escape" && this.layer.opened) this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  pick(time) {
    this.close();
    this.settle(time);
  }

  typed() {
    this.settle(this.read());
  }

  async settle(value) {
    const before = this.value;
    this.value = value;
    this.show();
    if (value === before || (await this.changed(value)) !== false) return;
    this.value = before;
    this.show();
  }
}

/** A day and a time together hold a moment, in epoch seconds. */
export class MomentField {
  constructor({ reader, start, changed }) {
    Object.assign(this, { reader, changed });
    const [day, time] = start ? toWall(start * 1000, reader().zone).split("T") : ["", ""];
    this.day = new DayField({ reader, start: day, changed: () => this.settled() });
    this.time = new TimeField({ reader, start: time, changed: () => this.settled() });
    this.input = this.day.input;
    this.node = h("div", { class: "moment" }, this.day.node, this.time.node);
  }

  /** The moment in seconds, null while it is not whole. */
  read() {
    const [day, time] = [this.day.read(), this.time.read()];
    return day ? fromWall(`${day}T${time || USUAL}`, this.reader().zone) / 1000 : null;
  }

  settled() {
    if (this.day.value && !this.time.value) {
      this.time.value = USUAL;
      this.time.show();
    }
    return this.changed(this.read());
  }
}
