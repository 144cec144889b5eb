// The messages of one conversation, oldest first, replies below what they answer.

import { blockNodes } from "./blocks.js";
import { walkMenu } from "./controls.js";
import { h, link, reconcile, safeUrl, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { mrkdwnNodes } from "./mrkdwn.js";

const CLOSE_BY = 300; // seconds within which one author's messages share a head
const NEAR = 80; // pixels from the end that count as being there

export class MessageList {
  /** `actions` = {reply(message), dismiss(message), shortcut(message, shortcut), earlier()}. */
  constructor({ context, actorFor, actions }) {
    Object.assign(this, { context, actorFor, actions });
    this.list = h("div", { class: "message-list" });
    this.earlier = h("button", { type: "button", class: "button earlier", hidden: true, onclick: () => actions.earlier() }, "Show earlier messages");
    this.node = h(
      "div",
      { class: "messages", role: "log", "aria-label": "Messages", tabindex: 0 },
      this.earlier,
      this.list,
    );
  }

  show({ channel, messages, more, shortcuts, app, me }) {
    const where = `${me} ${channel.id}`;
    const switched = this.where !== where;
    const atEnd = this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR;
    this.where = where;
    this.shortcuts = shortcuts;
    this.app = app;
    this.earlier.hidden = !more;
    this.node.setAttribute("aria-label", `Messages in ${channel.name}`);
    if (switched) this.list.replaceChildren();
    reconcile(this.list, this.rows(messages, channel), {
      key: (row) => row.key,
      signature: (row) => JSON.stringify(row),
      render: (row) => this.rowNode(row),
    });
    if (switched || atEnd) this.toEnd();
  }

  toEnd() {
    this.node.scrollTop = this.node.scrollHeight;
  }

  rows(messages, channel) {
    if (!messages.length) return [{ key: "empty", kind: "empty", channel }];
    const rows = [];
    let [day, previous] = [null, null];
    for (const message of threaded(messages)) {
      const today = this.context.reader.divider(Number(message.ts) * 1000);
      if (today !== day && !message.isReply) rows.push({ key: `day-${today}`, kind: "day", words: today });
      const joined = today === day && previous && follows(previous, message);
      rows.push({ key: `${message.ts}${message.ephemeral ? "-e" : ""}`, kind: "message", message, joined });
      [day, previous] = [message.isReply ? day : today, message];
    }
    return rows;
  }

  rowNode(row) {
    if (row.kind === "day") return h("div", { class: "day" }, h("span", {}, row.words));
    if (row.kind === "empty") return h("p", { class: "empty" }, emptyWords(row.channel));
    return this.messageNode(row.message, row.joined);
  }

  messageNode(message, joined) {
    const moment = Number(message.ts) * 1000;
    const author = h("span", { class: "author" }, message.author);
    const head = h(
      "div",
      { class: "message-head" },
      author,
      message.app ? h("span", { class: "badge" }, "APP") : null,
      h("time", { datetime: new Date(moment).toISOString(), title: this.context.reader.full(moment) }, this.context.reader.time(moment)),
    );
    return h(
      "article",
      { class: classes(message, joined), "aria-label": `${message.author}, ${this.context.reader.time(moment)}`, "data-ts": message.ts },
      joined ? null : h("span", { class: `avatar ${message.app ? "app" : ""}`, "aria-hidden": "true" }, message.author.slice(0, 1).toUpperCase()),
      message.ephemeral ? this.onlyYou(message) : null,
      joined ? null : head,
      this.contentNode(message),
      message.pressed_error ? h("p", { class: "notice error", role: "alert" }, failure(message.pressed_error, this.app.name)) : null,
      message.ephemeral ? null : this.menu(message),
    );
  }

  onlyYou(message) {
    return h(
      "div",
      { class: "only-you" },
      h("span", {}, icon("eye"), " Only visible to you"),
      h("button", { type: "button", class: "as-link", onclick: () => this.actions.dismiss(message) }, "Dismiss"),
    );
  }

  contentNode(message) {
    const { context } = this;
    const actor = this.actorFor(() => ({ message_ts: message.ts, channel: message.channel }));
    const valueOf = (block, element) => message.state?.[block.block_id]?.[element.action_id];
    const place = { context, actor, valueOf, level: 2 };
    const said = message.blocks?.length ? blockNodes(message.blocks, place) : h("div", { class: "text" }, mrkdwnNodes(message.text ?? "", context));
    return h(
      "div",
      { class: "blocks" },
      said,
      (message.attachments ?? []).map((attachment) => attachmentNode(attachment, place)),
      message.edited ? h("span", { class: "edited" }, "(edited)") : null,
    );
  }

  menu(message) {
    const menuId = uniqueId("menu");
    const items = [
      ...(message.isReply ? [] : [["Reply in thread", () => this.actions.reply(message)]]),
      ...this.shortcuts.map((shortcut) => [shortcut.name, () => this.actions.shortcut(message, shortcut)]),
    ];
    if (!items.length) return null;
    const toggle = h("button", { type: "button", class: "button icon", "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": menuId, "aria-label": "Message actions" }, icon("dots"));
    const menu = h("div", { role: "menu", id: menuId, hidden: true, "aria-label": "Message actions" });
    const open = (isOpen) => {
      menu.hidden = !isOpen;
      toggle.setAttribute("aria-expanded", String(isOpen));
      if (isOpen) menu.firstElementChild.focus();
    };
    for (const [name, act] of items) {
      menu.append(h("button", { type: "button", role: "menuitem", tabindex: -1, onclick: () => (open(false), toggle.focus(), act()) }, name));
    }
    toggle.addEventListener("click", () => open(menu.hidden));
    const node = h("div", { class: "message-menu" }, toggle, menu);
    node.addEventListener("keydown", (event) => walkMenu(event, menu, () => (open(false), toggle.focus())));
    node.addEventListener("focusout", (event) => node.contains(event.relatedTarget) || open(false));
    return node;
  }
}

function classes(message, joined) {
  return ["message", joined ? "joined" : "", message.ephemeral ? "ephemeral" : "", message.isReply ? "reply" : ""].filter(Boolean).join(" ");
}

function follows(previous, message) {
  const sameKind = previous.user === message.user && !previous.ephemeral && !message.ephemeral && !previous.isReply && !message.isReply;
  return sameKind && Number(message.ts) - Number(previous.ts) < CLOSE_BY;
}

/** Puts replies right after the message they answer. */
function threaded(messages) {
  const isReply = (message) => message.thread_ts && message.thread_ts !== message.ts;
  const roots = messages.filter((message) => !isReply(message));
  const known = new Set(roots.map((message) => message.ts));
  const replies = messages.filter(isReply).map((message) => ({ ...message, isReply: true }));
  const orphans = replies.filter((message) => !known.has(message.thread_ts));
  const ordered = [...roots, ...orphans].sort((a, b) => Number(a.ts) - Number(b.ts));
  return ordered.flatMap((message) => [message, ...replies.filter((reply) => !message.isReply && reply.thread_ts === message.ts)]);
}

function emptyWords(channel) {
  if (channel.kind === "dm") return `This is the beginning of your conversation with ${channel.name}.`;
  return `This is the very beginning of #${channel.name}. Type / to see what the app can do here.`;
}

/** What Slack means by its short names of failures. */
export function failure(error, app) {
  const sentences = {
    operation_timeout: `${app} did not answer within 3 seconds (operation_timeout).`,
    dispatch_failed: `${app} could not be reached (dispatch_failed).`,
  };
  return sentences[error] ?? `${app} answered in a way Slack does not accept (${error}).`;
}

const NAMED = { good: "#2eb886", warning: "#daa038", danger: "#a30200" };

function attachmentNode(attachment, place) {
  const { context } = place;
  const text = (name) => (attachment[name] ? h("div", { class: name }, mrkdwnNodes(attachment[name], context)) : null);
  const title = attachment.title ? h("strong", {}, attachment.title_link ? link(attachment.title_link, attachment.title) : attachment.title) : null;
  const fields = (attachment.fields ?? []).map((field) => h("div", {}, h("strong", {}, field.title), h("br"), mrkdwnNodes(field.value ?? "", context)));
  const src = attachment.image_url && safeUrl(attachment.image_url);
  const shown = attachment.blocks?.length ? blockNodes(attachment.blocks, place) : [text("pretext"), title, text("text"), fields.length ? h("div", { class: "fields" }, fields) : null, src ? h("img", { src, alt: attachment.fallback ?? "", class: "picture" }) : null, text("footer")];
  const node = h("div", { class: "attachment" }, shown);
  const color = NAMED[attachment.color] ?? attachment.color;
  if (color) node.style.borderInlineStartColor = color.startsWith("#") ? color : `#${color}`;
  return node;
}
