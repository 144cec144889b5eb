// The sandbox's clock, and the ways to move it forward.

import { fill, h } from "./dom.js";
import { fromWall, nextFriday, toWall } from "./time.js";

export class Clock {
  /** `travel({advance_seconds} or {travel_to})` moves the clock. */
  constructor({ travel, reader }) {
    this.travel = travel;
    this.reader = reader; // () => Reader
    this.shift = 0; // sandbox time minus this machine's
    this.time = h("time", { class: "clock-time" });
    this.ahead = h("span", { class: "clock-ahead" });
    this.when = h("input", { type: "datetime-local", "aria-label": "Travel to" });
    this.node = this.build();
    setInterval(() => this.tick(), 1000);
  }

  build() {
    const jump = (words, goal) => h("button", { type: "button", class: "button", onclick: () => this.go(goal()) }, words);
    const form = h(
      "form",
      { class: "travel-to", onsubmit: (event) => (event.preventDefault(), this.goTo(this.when.value)) },
      this.when,
      h("button", { type: "submit", class: "button" }, "Travel there"),
    );
    this.summary = h("summary", { class: "button" }, "Travel");
    this.details = h(
      "details",
      { class: "travel" },
      this.summary,
      h(
        "div",
        { class: "travel-menu" },
        h("p", { class: "hint" }, "Only forward. What is due in between happens."),
        jump("+1 hour", () => ({ advance_seconds: 3600 })),
        jump("+1 day", () => ({ advance_seconds: 86_400 })),
        jump("+1 week", () => ({ advance_seconds: 604_800 })),
        jump("Next Friday 16:00", () => ({ travel_to: new Date(nextFriday(this.now(), this.reader().zone)).toISOString() })),
        form,
      ),
    );
    this.details.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.details.open = false;
      this.summary.focus();
    });
    this.details.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.details.contains(event.relatedTarget)) this.details.open = false;
    });
    return h("div", { class: "clock" }, this.time, this.ahead, this.details);
  }

  /** The sandbox's time in epoch milliseconds. */
  now() {
    return Date.now() + this.shift;
  }

  show(clock) {
    this.shift = Date.parse(clock.now) - Date.now();
    const days = clock.ahead_seconds / 86_400;
    const hours = Math.round(clock.ahead_seconds / 3600);
    fill(this.ahead, hours < 1 ? "" : days < 2 ? `${hours} h ahead` : `${Math.round(days)} days ahead`);
    this.tick();
  }

  tick() {
    const now = this.now();
    const reader = this.reader();
    const words = `${reader.format(now, { weekday: "short", day: "numeric", month: "short" })}, ${reader.time(now)}`;
    if (this.time.textContent !== words) this.time.textContent = words;
    this.time.dateTime = new Date(now).toISOString();
    this.time.title = `${reader.full(now)} (${reader.zone})`;
    this.when.min = toWall(now, reader.zone);
  }

  async go(goal) {
    this.details.open = false;
    this.summary.setAttribute("aria-busy", "true");
    try {
      await this.travel(goal);
    } finally {
      this.summary.removeAttribute("aria-busy");
    }
  }

  goTo(wall) {
    if (wall) this.go({ travel_to: new Date(fromWall(wall, this.reader().zone)).toISOString() });
  }
}
