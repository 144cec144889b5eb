// One message: who, when, what was said, what can be done with it.

import { attachmentNode } from "./attachments.js";
import { blockNodes } from "./blocks.js";
import { h } from "./dom.js";
import { isJumbo } from "./emoji.js";
import { filesNode } from "./files.js";
import { icon } from "./icons.js";
import { shortened } from "./longtext.js";
import { menuButton } from "./menus.js";
import { mrkdwnNodes } from "./mrkdwn.js";
import { pickerButton, reactionsNode } from "./reactions.js";
import { threadBar } from "./threadbar.js";

const DELETED = "This message was deleted.";

/**
 * A message as an article. `row` = {message, joined, thread: {count, users, latest} or null};
 * `place` = {context, actorFor, actions, shortcuts, app, inThread}.
 */
export function messageNode({ message, joined, thread }, place) {
  const { context } = place;
  const moment = Number(message.ts) * 1000;
  const time = context.reader.time(moment);
  const isGone = message.subtype === "tombstone" || message.deleted;
  const stamp = h("time", { datetime: new Date(moment).toISOString(), title: context.reader.full(moment) }, time);
  const node = h(
    "article",
    { class: classes(message, joined, isGone), "aria-label": `${isGone ? "Deleted message" : message.author}, ${time}`, "data-ts": message.ts, tabindex: -1 },
    joined ? h("span", { class: "side-time", "aria-hidden": "true" }, context.reader.brief(moment)) : avatar(isGone ? null : message),
    message.ephemeral ? onlyYou(message, place) : null,
    joined || isGone ? null : head(message, stamp),
    isGone ? h("p", { class: "gone" }, DELETED) : content(message, place),
    message.pressed_error ? h("p", { class: "notice error" }, icon("warning"), " ", failure(message.pressed_error, place.app.name)) : null,
    reactionsNode(message, { context, react: place.actions.react }),
    thread && !place.inThread ? threadBar(message, thread, place) : null,
    message.ephemeral || isGone ? null : toolbar(message, place),
  );
  reachFromWithin(node);
  return node;
}

/** What can be done with a message is a stop of the Tab key only for who went to the message itself. */
function reachFromWithin(node) {
  const buttons = [...node.querySelectorAll(".toolbar > button, .toolbar > .menu-button > button")];
  const reachable = (isReachable) => buttons.forEach((button) => (button.tabIndex = isReachable ? 0 : -1));
  reachable(false);
  node.addEventListener("focusin", (event) => event.target === node && reachable(true));
  node.addEventListener("focusout", (event) => node.contains(event.relatedTarget) || reachable(false));
}

function classes(message, joined, isGone) {
  const marks = { joined, ephemeral: message.ephemeral, deleted: isGone, "from-app": message.app };
  return ["message", ...Object.keys(marks).filter((name) => marks[name])].join(" ");
}

/** A coloured square with the first letter: nobody has a picture here. */
function avatar(message) {
  if (!message) return h("span", { class: "avatar gone-face", "aria-hidden": "true" }, icon("trash"));
  const tint = [...String(message.user ?? message.id ?? "")].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 8;
  const name = message.author ?? message.name ?? "?";
  return h("span", { class: `avatar ${message.app ? "app" : `tint-${tint}`}`, "aria-hidden": "true" }, [...name][0]?.toUpperCase() ?? "?");
}

function head(message, stamp) {
  return h(
    "div",
    { class: "message-head" },
    h("span", { class: "author", dir: "auto" }, message.author),
    message.app ? h("span", { class: "badge" }, "APP") : null,
    stamp,
  );
}

function onlyYou(message, { actions }) {
  return h(
    "div",
    { class: "only-you" },
    h("span", {}, icon("eye"), " Only visible to you"),
    h("span", { "aria-hidden": "true" }, " • "),
    h("button", { type: "button", class: "as-link", onclick: () => actions.dismiss(message) }, "Dismiss"),
  );
}

function content(message, { context, actorFor, inThread }) {
  const actor = actorFor(() => ({ message_ts: message.ts, channel: message.channel }));
  const valueOf = (block, element) => message.state?.[block.block_id]?.[element.action_id];
  const place = { context, actor, valueOf, level: 2, files: message.files };
  const wasSaidThere = message.subtype === "thread_broadcast" || message.broadcast;
  return h(
    "div",
    { class: "blocks" },
    wasSaidThere ? h("p", { class: "broadcast" }, icon("thread"), inThread ? " Also sent to the channel" : " Replied to a thread") : null,
    message.blocks?.length ? blockNodes(message.blocks, place) : said(message, context),
    message.blocks?.length && message.edited ? editedMark(message, context) : null,
    (message.attachments ?? []).map((attachment) => attachmentNode(attachment, place)),
    filesNode(message.files),
  );
}

function said(message, context) {
  const text = message.text ?? "";
  if (!text && message.files?.length) return null;
  const node = h("div", { class: isJumbo(text) ? "text jumbo" : "text", dir: "auto" }, mrkdwnNodes(text, context));
  if (message.edited) node.append(" ", editedMark(message, context));
  return shortened(node, text);
}

function editedMark(message, context) {
  const moment = Number(message.edited?.ts ?? message.edited) * 1000;
  const title = Number.isFinite(moment) && moment > 0 ? context.reader.full(moment) : null;
  return h("span", { class: "edited", title }, "(edited)");
}

function toolbar(message, place) {
  const { actions, shortcuts, inThread } = place;
  const answers = !inThread && message.thread_ts ? message.thread_ts : message.ts;
  const reply = () => actions.thread({ ...message, ts: answers });
  const canReply = !inThread;
  return h(
    "div",
    { class: "toolbar", role: "group", "aria-label": "Do something with this message" },
    pickerButton({ message, react: actions.react }),
    canReply ? h("button", { type: "button", class: "button icon", "aria-label": "Reply in thread", "data-tip": "Reply in thread", onclick: reply }, icon("thread")) : null,
    menuButton({
      label: "Message actions",
      sign: "kebab",
      items: () => [
        ...(canReply ? [{ name: "Reply in thread", act: reply }] : []),
        { name: "Copy link", act: () => actions.copyLink(message) },
        { name: message.app ? "Show what the app sent" : "Show its JSON", note: "Inspector", act: () => actions.inspect(message) },
        ...shortcuts.map((one) => ({ name: one.name, note: place.app.name, act: () => actions.shortcut(message, one) })),
      ],
    }),
  );
}

/** What Slack means by its short names of failures. */
export function failure(error, app) {
  const sentences = {
    operation_timeout: `${app} did not answer within 3 seconds (operation_timeout).`,
    dispatch_failed: `${app} could not be reached (dispatch_failed).`,
  };
  return sentences[error] ?? `${app} answered in a way Slack does not accept (${error}).`;
}
