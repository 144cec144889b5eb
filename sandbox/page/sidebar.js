// The side of the page: who one is, where one can go, who else is there.

import { fill, h } from "./dom.js";
import { picker } from "./heads.js";
import { icon } from "./icons.js";
import { personActs, teamActs } from "./manage.js";
import { menuButton } from "./menus.js";
import { marksOf, nameOf } from "./names.js";
import { sign } from "./signs.js";

const MANY = 12; // people shown before one has to search
const CROWD = 60; // channels shown before one has to search

export class Sidebar {
  constructor({ app }) {
    this.app = app;
    this.team = picker("Workspace", (team) => app.main.open({ team, as: "", channel: "", tab: "", thread: "" }));
    this.person = picker("You are", (as) => app.become(as));
    this.channels = section("Channels", "channels");
    this.groups = section("Direct messages", "groups");
    this.apps = section("Apps", "apps");
    this.people = section("People", "people");
    this.menu = menuButton({ label: "Make something happen", items: () => teamActs(app) });
    const jump = h("button", { type: "button", class: "jump", onclick: () => app.switcher.open() }, icon("search"), h("span", {}, "Jump to…"), h("kbd", {}, "Ctrl K"));
    this.node = h(
      "nav",
      { class: "sidebar", "aria-label": "Channels and apps" },
      h("div", { class: "who" }, h("div", { class: "who-team" }, this.team.node, this.menu), this.person.node),
      jump,
      [this.channels, this.groups, this.apps, this.people].map((one) => one.node),
    );
  }

  show(state, place) {
    this.team.show(state.teams.map((team) => [team.id, team.name]), state.team.id);
    const people = state.people.filter((one) => !one.is_bot);
    this.person.show(people.filter((one) => !one.deleted).map((one) => [one.id, nameOf(one)]), state.me.id);
    const here = place.tab ? null : state.channel.id;
    const rooms = state.channels.filter((one) => one.kind === "channel");
    const groups = state.channels.filter((one) => one.kind === "group");
    this.channels.show([...short(rooms, here).map((one) => this.channel(one, here)), more(rooms.length - CROWD, () => this.app.switcher.open())], [rooms, here]);
    this.groups.show(groups.map((one) => this.group(one, here)), [groups, here]);
    this.apps.show(state.dms.map((one) => this.direct(one, state, place)), [state.app, state.dms, state.channel.id, place.tab]);
    this.people.show([...people.slice(0, MANY).map((one) => this.someone(one, state)), more(people.length - MANY, () => this.app.switcher.open({ people: true }))], [people, state.me.id]);
  }

  /** Goes to the conversation above or below; with `unread` to one that has something new. */
  step(by, { unread }) {
    const places = [...this.node.querySelectorAll(".place[data-room]")];
    const goals = unread ? places.filter((one) => one.classList.contains("unread")) : places;
    const at = places.findIndex((one) => one.hasAttribute("aria-current"));
    const goal = by > 0 ? goals.find((one) => places.indexOf(one) > at) : goals.findLast((one) => places.indexOf(one) < at);
    (goal ?? goals.at(by > 0 ? 0 : -1))?.click();
  }

  channel(room, here) {
    const note = [room.archived ? "archived" : null, room.shared ? "shared" : null, room.member ? null : "not a member"].filter(Boolean).join(", ");
    const drawn = room.archived ? sign("archive") : room.private ? icon("lock") : "#";
    return place({ drawn, name: room.name, note, unread: room.unread, current: room.id === here, room: room.id, faded: room.archived || !room.member, open: () => this.go(room.id) });
  }

  group(room, here) {
    return place({ drawn: sign("people"), name: room.name, unread: room.unread, current: room.id === here, room: room.id, open: () => this.go(room.id) });
  }

  direct(room, state, { tab }) {
    const isHere = state.channel.id === room.id;
    const note = state.app.revoked ? "uninstalled" : state.app.connected ? "" : "not connected";
    return place({ drawn: h("span", { class: "app-dot" }), name: room.name, note, unread: room.unread, current: isHere, room: room.id, open: () => this.app.main.openApp(isHere ? (tab ?? "") : room.unread ? "" : "home") });
  }

  someone(one, state) {
    const isMe = one.id === state.me.id;
    const act = () => (isMe ? this.app.main.focus() : this.app.become(one.id));
    const button = h(
      "button",
      { type: "button", class: `place person ${one.deleted ? "faded" : ""}`, title: `${nameOf(one)}, ${one.tz}`, disabled: one.deleted, onclick: act },
      h("span", { class: "face small", "aria-hidden": "true" }, [...one.display_name][0].toUpperCase()),
      h("span", { class: "place-name" }, one.display_name, isMe ? " (you)" : ""),
      h("span", { class: "place-note" }, marksOf(one)),
    );
    return h("li", { class: "with-menu" }, button, menuButton({ label: `Do something with ${one.display_name}`, className: "place-menu", items: () => personActs(one, this.app) }));
  }

  go(channel) {
    this.app.main.open({ channel, tab: "", thread: "" });
  }
}

function short(rooms, here) {
  const few = rooms.slice(0, CROWD);
  const current = rooms.find((one) => one.id === here);
  return current && !few.includes(current) ? [...few, current] : few;
}

function more(count, open) {
  if (count <= 0) return null;
  return h("li", {}, h("button", { type: "button", class: "place", onclick: open }, h("span", { class: "sign" }, "+"), `${count} more…`));
}

/** A titled list that is drawn anew only when what it shows has changed. */
function section(title, name) {
  const id = `${name}-title`;
  const list = h("ul", { class: "places", "aria-labelledby": id });
  const node = h("section", { class: `side-part side-${name}` }, h("h2", { id }, title), list);
  let shown = "";
  const show = (nodes, data) => {
    const kept = nodes.filter(Boolean);
    node.hidden = !kept.length;
    const mark = JSON.stringify(data);
    if (mark === shown || node.querySelector(":popover-open")) return;
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.room : null;
    fill(list, kept);
    shown = mark;
    if (focused) list.querySelector(`[data-room="${CSS.escape(focused)}"]`)?.focus();
  };
  return { node, show };
}

function place({ drawn, name, note, unread, current, room, faded, open }) {
  const classes = ["place", unread ? "unread" : "", faded ? "faded" : ""].filter(Boolean).join(" ");
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: classes, "data-room": room, "aria-current": current ? "page" : null, onclick: open },
      h("span", { class: "sign", "aria-hidden": "true" }, drawn),
      h("span", { class: "place-name" }, name),
      note ? h("span", { class: "place-note" }, note) : null,
      unread ? h("span", { class: "count" }, unread > 99 ? "99+" : String(unread), h("span", { class: "hidden" }, " unread")) : null,
    ),
  );
}
