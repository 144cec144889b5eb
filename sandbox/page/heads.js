// What stands above a conversation: its name and what can be done with it; beside, who reads it.

import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { channelActs } from "./manage.js";
import { menuButton } from "./menus.js";
import { nameOf } from "./names.js";
import { sign } from "./signs.js";

/** The head of the main column. */
export function mainHead(column, app) {
  const back = h("button", { type: "button", class: "button icon to-list", "aria-label": "Show channels", onclick: () => app.showList(true) }, icon("back"));
  const about = h("p", { class: "channel-about" });
  const menu = menuButton({ label: "Do something with this channel", items: () => channelActs(column) });
  column.head = (state) => {
    dress(column, state);
    const room = column.room;
    menu.hidden = state.channel.kind !== "channel";
    fill(about, room?.kind === "channel" ? aboutChannel(room, state) : "");
    document.title = `${column.title.textContent} · ${state.team.name}`;
  };
  return h("header", { class: "main-head" }, back, h("div", { class: "head-words" }, column.title, about), menu);
}

/** The head of somebody beside: they have no list of places, so they choose here. */
export function besideHead(column, app) {
  const person = picker("Beside", (as) => column.open({ as, thread: "" }));
  const place = picker("In", (value) => (value === "home" ? column.openApp("home") : column.open({ channel: value, tab: "", thread: "" })));
  const close = h("button", { type: "button", class: "button icon", "aria-label": "Close this column", onclick: () => app.removeBeside(column) }, icon("cross"));
  column.head = (state) => {
    dress(column, state);
    const people = state.people.filter((one) => !one.is_bot && !one.deleted);
    person.show(people.map((one) => [one.id, nameOf(one)]), state.me.id);
    const rooms = state.channels.filter((one) => !one.archived).map((one) => [one.id, `${one.private ? "🔒 " : "# "}${one.name}${one.unread ? ` (${one.unread})` : ""}`]);
    const direct = state.dms.map((one) => [one.id, `${one.name}${one.unread ? ` (${one.unread})` : ""}`]);
    place.show([...rooms, ...direct, ["home", `${state.app.name} Home`]], column.place.tab === "home" ? "home" : state.channel.id);
  };
  return h("header", { class: "main-head beside-head" }, column.title, person.node, place.node, close);
}

function dress(column, { channel, app, me }) {
  const room = column.room;
  if (column.level > 1) {
    column.title.className = "hidden";
    column.title.textContent = `${me.display_name} in ${channel.name}`;
    return;
  }
  if (channel.kind === "dm") fill(column.title, app.name);
  else if (channel.kind === "group") fill(column.title, sign("people"), " ", channel.name);
  else fill(column.title, room?.private ? [icon("lock"), " "] : "# ", channel.name);
}

function aboutChannel(room, state) {
  const facts = [
    room.archived ? "archived" : null,
    room.topic || null,
    `${room.members} ${room.members === 1 ? "member" : "members"}`,
    room.shared ? "shared with another company" : null,
    room.with_bot ? null : `${state.app.name} is not in it`,
  ];
  return facts.filter(Boolean).join(" · ");
}

/** A select with its label; `show(pairs, current)` fills it where something changed. */
export function picker(label, chosen) {
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
