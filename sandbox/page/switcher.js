// Ctrl+K: type a few letters, go there. Pattern: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { showOver } from "./manage.js";
import { marksOf } from "./names.js";
import { sign } from "./signs.js";

const MOST = 40;

export class Switcher {
  constructor({ app }) {
    this.app = app;
  }

  /** With `people` only people are offered. */
  open({ people = false } = {}) {
    if (document.querySelector("dialog[open]") || !this.app.main.state) return;
    this.goals = this.goalsOf(people);
    this.input = h("input", {
      type: "text",
      role: "combobox",
      class: "switcher-input",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: people ? "Who do you want to be?" : "Jump to…",
      "aria-label": people ? "Search people" : "Search places, people and tools",
      "aria-expanded": "true",
      "aria-controls": "switcher-list",
      "aria-autocomplete": "list",
      oninput: () => this.show(),
      onkeydown: (event) => this.key(event),
    });
    this.list = h("div", { role: "listbox", id: "switcher-list", class: "switcher-list", "aria-label": "Results" });
    this.none = h("p", { class: "empty", role: "status", hidden: true }, "Nothing is called so.");
    this.dialog = h("dialog", { class: "switcher", "aria-label": "Jump to" }, this.input, this.list, this.none);
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    showOver(this.dialog);
    this.show();
  }

  goalsOf(onlyPeople) {
    const { app } = this;
    const { state } = app.main;
    const people = state.people.filter((one) => !one.is_bot && !one.deleted).map((one) => ({
      kind: "Person", name: one.real_name || one.display_name, also: `${one.name} ${one.email}`, note: one.id === state.me.id ? "you" : marksOf(one), drawn: sign("people"), act: () => app.become(one.id),
    }));
    if (onlyPeople) return people;
    const go = (id) => () => app.main.open({ channel: id, tab: "", thread: "" });
    const rooms = state.channels.map((one) => ({ kind: "Channel", name: one.name, note: one.unread ? `${one.unread} unread` : one.archived ? "archived" : "", weight: one.unread, drawn: one.private ? icon("lock") : sign("hash"), act: go(one.id) }));
    const apps = [["home", "Home"], ["", "Messages"], ["about", "About"]].map(([tab, words]) => ({ kind: "App", name: `${state.app.name} ${words}`, note: "", drawn: icon("home"), act: () => app.main.openApp(tab) }));
    const teams = state.teams.filter((one) => one.id !== state.team.id).map((one) => ({ kind: "Workspace", name: one.name, note: "workspace", drawn: sign("grid"), act: () => app.main.open({ team: one.id, as: "", channel: "", tab: "", thread: "" }) }));
    const tools = [["Inspector", "pulse", () => app.openPanel("inspector")], ["Faults", "bolt", () => app.openPanel("faults")]].map(([name, drawn, act]) => ({ kind: "Tool", name, note: "", drawn: sign(drawn), act }));
    return [...rooms, ...apps, ...people, ...teams, ...tools];
  }

  show() {
    const sought = this.input.value.trim().toLocaleLowerCase();
    const scored = this.goals.map((goal) => [score(goal, sought), goal]).filter(([points]) => points > 0);
    this.found = scored.sort(([a], [b]) => b - a).slice(0, MOST).map(([, goal]) => goal);
    this.none.hidden = this.found.length > 0;
    this.list.hidden = !this.found.length;
    fill(this.list, this.found.map((goal, index) => this.optionNode(goal, index)));
    this.move(0);
  }

  optionNode(goal, index) {
    return h(
      "div",
      { role: "option", id: `switcher-${index}`, "aria-selected": "false", onclick: () => this.take(goal), onmousemove: () => this.move(index, { scroll: false }) },
      h("span", { class: "sign", "aria-hidden": "true" }, goal.drawn),
      h("span", { class: "place-name" }, goal.name),
      h("span", { class: "place-note" }, goal.note),
    );
  }

  move(index, { scroll = true } = {}) {
    if (!this.found.length) return this.input.removeAttribute("aria-activedescendant");
    this.active = (index + this.found.length) % this.found.length;
    [...this.list.children].forEach((option, at) => {
      option.classList.toggle("active", at === this.active);
      option.setAttribute("aria-selected", String(at === this.active));
      if (at === this.active && scroll) option.scrollIntoView({ block: "nearest" });
    });
    return this.input.setAttribute("aria-activedescendant", `switcher-${this.active}`);
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.move(this.active + step);
    else if (event.key === "Enter" && this.found.length) this.take(this.found[this.active]);
    else return;
    event.preventDefault();
  }

  take(goal) {
    this.dialog.close();
    goal.act();
  }
}

/** How well a goal answers what is sought: nothing sought, then what is unread comes first. */
function score(goal, sought) {
  if (!sought) return 1 + (goal.weight ? 1 : 0);
  const name = goal.name.toLocaleLowerCase();
  if (name.startsWith(sought)) return 4;
  if (name.split(/[\s._-]+/).some((word) => word.startsWith(sought))) return 3;
  if (name.includes(sought)) return 2;
  return (goal.also ?? "").toLocaleLowerCase().includes(sought) ? 1 : 0;
}
