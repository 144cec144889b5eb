// The side of the page: who one is, where one can go.

import { fill, h } from "./dom.js";
import { icon } from "./icons.js";

export class Sidebar {
  /** `actions` = {team(id), person(id), channel(id), home()}. */
  constructor(actions) {
    this.actions = actions;
    this.team = picker("Workspace", (id) => actions.team(id));
    this.person = picker("You are", (id) => actions.person(id));
    this.channels = h("ul", { class: "places" });
    this.apps = h("ul", { class: "places" });
    this.node = h(
      "nav",
      { class: "sidebar", "aria-label": "Channels and apps" },
      h("div", { class: "who" }, this.team.node, this.person.node),
      h("h2", { id: "channels-title" }, "Channels"),
      this.channels,
      h("h2", { id: "apps-title" }, "Apps"),
      this.apps,
    );
    this.channels.setAttribute("aria-labelledby", "channels-title");
    this.apps.setAttribute("aria-labelledby", "apps-title");
  }

  show(state, tab) {
    this.team.show(state.teams.map((team) => [team.id, team.name]), state.team.id);
    const people = state.people.filter((one) => !one.is_bot && !one.deleted);
    this.person.show(people.map((one) => [one.id, nameOf(one)]), state.me.id);
    const here = tab === "home" ? null : state.channel.id;
    fill(this.channels, state.channels.filter((one) => !one.archived).map((one) => this.channel(one, here)));
    fill(this.apps, this.home(state, tab), state.dms.map((one) => this.direct(one, here)));
  }

  channel(room, here) {
    const sign = room.private ? icon("lock") : "#";
    const note = [room.shared ? "shared" : null, room.member ? null : "not a member"].filter(Boolean).join(", ");
    return place({ sign, name: room.name, note, unread: room.unread, current: room.id === here, open: () => this.actions.channel(room.id) });
  }

  direct(room, here) {
    return place({ sign: icon("chat"), name: room.name, note: "messages", unread: room.unread, current: room.id === here, open: () => this.actions.channel(room.id) });
  }

  home(state, tab) {
    return place({ sign: icon("home"), name: `${state.app.name} Home`, current: tab === "home", open: () => this.actions.home() });
  }
}

function nameOf(person) {
  const roles = [["is_owner", "owner"], ["is_admin", "admin"], ["is_restricted", "guest"]];
  const role = roles.find(([flag]) => person[flag])?.[1];
  return `${person.real_name || person.display_name || person.name}${role ? ` (${role})` : ""}`;
}

function place({ sign, name, note, unread, current, open }) {
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: unread ? "place unread" : "place", "aria-current": current ? "page" : null, onclick: open },
      h("span", { class: "sign", "aria-hidden": "true" }, sign),
      h("span", { class: "place-name" }, name),
      note ? h("span", { class: "place-note" }, note) : null,
      unread ? h("span", { class: "count" }, String(unread), h("span", { class: "hidden" }, " unread")) : null,
    ),
  );
}

function picker(label, chosen) {
  const select = h("select", { onchange: () => chosen(select.value) });
  const node = h("label", { class: "picker-label" }, h("span", {}, label), select);
  let shown = "";
  const show = (pairs, current) => {
    const mark = JSON.stringify(pairs);
    if (mark !== shown) fill(select, pairs.map(([value, words]) => h("option", { value }, words)));
    shown = mark;
    select.value = current;
  };
  return { node, show };
}
