// A month to pick a day from.
// Pattern: https://www.w3.org/WAI/ARIA/apg/patterns/dialog-modal/examples/datepicker-dialog/

import { announce, h, uniqueId } from "./dom.js";
import { dayAfter, monthAfter, weeksOf } from "./days.js";
import { icon } from "./icons.js";
import { Layer } from "./popover.js";

export class Calendar {
  /** `picked(day)` gets what was chosen; `reader()` knows today, the language and the names. */
  constructor({ anchor, reader, picked }) {
    Object.assign(this, { reader, picked });
    this.id = uniqueId("calendar");
    this.title = h("strong", {});
    this.table = h("table", { role: "grid" });
    const turn = (words, sign, by) => h("button", { type: "button", class: "button icon", "aria-label": words, onclick: () => this.turn(by) }, icon(sign));
    this.node = h(
      "div",
      { class: "calendar", role: "dialog", id: this.id, "aria-label": "Choose a day" },
      h("div", { class: "calendar-head" }, turn("Previous month", "back", -1), this.title, turn("Next month", "forward", 1)),
      this.table,
    );
    this.layer = new Layer(this.node, anchor);
    this.node.addEventListener("keydown", (event) => this.key(event));
    this.node.addEventListener("mousedown", (event) => event.preventDefault());
  }

  get opened() {
    return this.layer.opened;
  }

  open(day, { focus }) {
    this.chosen = day;
    this.day = day || this.reader().today(0);
    this.show(this.day.slice(0, 7));
    this.layer.open();
    if (focus) this.focus();
  }

  close() {
    this.layer.close();
  }

  turn(by) {
    const month = monthAfter(this.month, by);
    this.day = `${month}-01`;
    this.show(month);
    announce(this.title.textContent);
  }

  show(month) {
    this.month = month;
    const reader = this.reader();
    const words = (options, day) => new Intl.DateTimeFormat(reader.locale, { timeZone: "UTC", ...options }).format(Date.parse(`${day}T00:00Z`));
    const weeks = weeksOf(month, reader.locale);
    this.title.textContent = words({ month: "long", year: "numeric" }, `${month}-01`);
    const heads = weeks[0].map((day) => h("th", { scope: "col", abbr: words({ weekday: "long" }, day) }, words({ weekday: "short" }, day)));
    const rows = weeks.map((week) => h("tr", {}, week.map((day) => h("td", {}, this.dayNode(day, words)))));
    this.table.replaceChildren(h("thead", {}, h("tr", {}, heads)), h("tbody", {}, rows));
    this.table.setAttribute("aria-label", this.title.textContent);
    if (this.layer.opened) this.layer.follow();
  }

  dayNode(day, words) {
    return h(
      "button",
      {
        type: "button",
        tabindex: day === this.day ? 0 : -1,
        class: day.startsWith(this.month) ? null : "elsewhere",
        "data-day": day,
        "aria-label": words({ dateStyle: "full" }, day),
        "aria-pressed": String(day === this.chosen),
        "aria-current": day === this.reader().today(0) ? "date" : null,
        onclick: () => this.picked(day),
      },
      String(Number(day.slice(8))),
    );
  }

  focus() {
    this.table.querySelector(`[data-day="${this.day}"]`)?.focus();
  }

  key(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.picked(null);
      return;
    }
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
    const months = { PageUp: -1, PageDown: 1 };
    if (!event.target.dataset.day || !(event.key in steps || event.key in months)) return;
    event.preventDefault();
    this.day = event.key in steps ? dayAfter(this.day, steps[event.key]) : `${monthAfter(this.month, months[event.key])}-01`;
    this.show(this.day.slice(0, 7));
    this.focus();
  }
}
