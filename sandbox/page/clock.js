// The sandbox's clock in the zone of the person, and the ways to move it forward.

import { announce, fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { Layer } from "./popover.js";
import { fromWall, nextAt, toWall } from "./time.js";

const FRIDAY = 5;
const MONDAY = 1;

export class Clock {
  /** `travel({advance_seconds} or {travel_to})` moves the clock, `cancel()` ends a journey early. */
  constructor({ travel, cancel, reader }) {
    Object.assign(this, { travel, cancel, reader }); // reader() is of whoever looks
    this.shift = 0; // sandbox time minus this machine's
    this.time = h("time", { class: "clock-time" });
    this.zone = h("span", { class: "clock-zone" });
    this.ahead = h("span", { class: "clock-ahead" });
    this.when = h("input", { type: "datetime-local", "aria-label": "Travel to", required: true });
    this.node = this.build();
    setInterval(() => this.tick(), 1000);
  }

  build() {
    this.toggle = h("button", { type: "button", class: "tool travel-toggle", "aria-expanded": "false", "aria-haspopup": "dialog", onclick: () => this.flip() }, icon("clock"), "Travel");
    this.menu = h("div", { class: "travel-menu", role: "dialog", "aria-label": "Travel in time" }, this.inside());
    this.layer = new Layer(this.menu, this.toggle, { end: true, closed: () => this.toggle.setAttribute("aria-expanded", "false") });
    this.menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.layer.close();
      this.toggle.focus();
    });
    this.menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.menu.contains(event.relatedTarget) && event.relatedTarget !== this.toggle) this.layer.close();
    });
    this.journey = this.buildJourney();
    return h("div", { class: "clock" }, this.time, this.zone, this.ahead, this.toggle, this.menu, this.journey);
  }

  inside() {
    const jump = (words, goal) => h("button", { type: "button", class: "button", onclick: () => this.go(goal()) }, words);
    const to = (moment) => ({ travel_to: new Date(moment).toISOString() });
    const next = (day, hour) => () => to(nextAt(this.now(), this.reader().zone, day, hour));
    const form = h(
      "form",
      { class: "travel-to", onsubmit: (event) => (event.preventDefault(), this.goTo(this.when.value)) },
      this.when,
      h("button", { type: "submit", class: "button primary" }, "Travel there"),
    );
    return [
      h("p", { class: "hint" }, "Only forward. What is due in between happens on the way."),
      h("div", { class: "travel-jumps" }, jump("+1 hour", () => ({ advance_seconds: 3600 })), jump("+1 day", () => ({ advance_seconds: 86_400 })), jump("+1 week", () => ({ advance_seconds: 604_800 }))),
      jump("Next Monday 09:00", next(MONDAY, "09:00")),
      jump("Next Friday 16:00", next(FRIDAY, "16:00")),
      form,
    ];
  }

  buildJourney() {
    this.bar = h("progress", { max: 100, value: 0, "aria-label": "Journey in time" });
    this.told = h("span", { class: "journey-words" });
    const stop = h("button", { type: "button", class: "button small", onclick: () => this.cancel() }, "Stop here");
    return h("div", { class: "journey", role: "status", hidden: true }, this.bar, this.told, stop);
  }

  flip() {
    if (this.layer.opened) return this.layer.close();
    const { zone } = this.reader();
    this.when.min = toWall(this.now(), zone);
    if (!this.when.value) this.when.value = toWall(this.now() + 86_400_000, zone);
    this.layer.open();
    this.toggle.setAttribute("aria-expanded", "true");
    return this.menu.querySelector("button").focus();
  }

  /** The sandbox's time in epoch milliseconds. */
  now() {
    return Date.now() + this.shift;
  }

  show(clock) {
    this.shift = Date.parse(clock.now) - Date.now();
    fill(this.ahead, aheadWords(clock.ahead_seconds));
    this.showJourney(clock.journey);
    this.tick();
  }

  showJourney(journey) {
    this.journey.hidden = !journey;
    if (!journey) return;
    const [from, to] = [Date.parse(journey.from), Date.parse(journey.to)];
    this.bar.value = Math.round((100 * (this.now() - from)) / Math.max(to - from, 1));
    const reader = this.reader();
    const messages = `${journey.messages} ${journey.messages === 1 ? "message" : "messages"}`;
    this.told.textContent = `${dayAndTime(reader, this.now())} of ${dayAndTime(reader, to)}, ${messages} came`;
  }

  tick() {
    const now = this.now();
    const reader = this.reader();
    const words = dayAndTime(reader, now);
    if (this.time.textContent !== words) this.time.textContent = words;
    this.time.dateTime = new Date(now).toISOString();
    this.time.title = `${reader.full(now)} (${reader.zone})`;
    this.zone.textContent = reader.zone.split("/").at(-1).replaceAll("_", " ");
  }

  async go(goal) {
    this.layer.close();
    this.toggle.setAttribute("aria-busy", "true");
    this.toggle.focus();
    try {
      await this.travel(goal);
      announce(`It is ${this.time.textContent}`);
    } finally {
      this.toggle.removeAttribute("aria-busy");
    }
  }

  goTo(wall) {
    if (wall) this.go({ travel_to: new Date(fromWall(wall, this.reader().zone)).toISOString() });
  }
}

function dayAndTime(reader, moment) {
  return `${reader.format(moment, { weekday: "short", day: "numeric", month: "short" })}, ${reader.time(moment)}`;
}

function aheadWords(seconds) {
  const hours = Math.round(seconds / 3600);
  if (hours < 1) return "";
  return hours < 48 ? `${hours} h ahead` : `${Math.round(seconds / 86_400)} days ahead`;
}
