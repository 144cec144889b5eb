// The line below a message that says how many answered it, who, and when last.

import { h } from "./dom.js";
import { icon } from "./icons.js";

const FACES = 5;

/** `thread` = {count, users: ids, latest: ts}. */
export function threadBar(message, { count, users, latest }, { context, actions }) {
  const moment = Number(latest) * 1000;
  const faces = users.slice(0, FACES).map((id) => face(id, context));
  return h(
    "button",
    { type: "button", class: "thread-bar", onclick: () => actions.thread(message) },
    h("span", { class: "faces", "aria-hidden": "true" }, faces),
    h("strong", {}, `${count} ${count === 1 ? "reply" : "replies"}`),
    latest ? h("span", { class: "last-reply" }, h("span", { class: "when" }, `Last reply ${context.reader.since(moment)}`), h("span", { class: "view" }, "View thread")) : null,
    h("span", { class: "go" }, icon("forward")),
  );
}

function face(id, context) {
  const person = context.person(id);
  const name = person?.display_name || person?.name || "?";
  const tint = [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 8;
  return h("span", { class: `face ${person?.is_bot ? "app" : `tint-${tint}`}` }, [...name][0].toUpperCase());
}
