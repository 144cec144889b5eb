// The messages of one conversation, oldest first: days, what is new, who follows whom.

import { h, reconcile } from "./dom.js";
import { messageNode } from "./message.js";

export { failure } from "./message.js";

const CLOSE_BY = 300; // seconds within which one author's messages share a head
const NEAR = 80; // pixels from the end that count as being there

export class MessageList {
  /**
   * `actions` = {thread(message), react(message, name), copyLink(message), dismiss(message),
   * shortcut(message, shortcut), earlier()}.
   */
  constructor({ context, actorFor, actions }) {
    this.context = context;
    this.place = { context, actorFor, actions, shortcuts: [], app: {} };
    this.list = h("div", { class: "message-list" });
    this.earlier = h("button", { type: "button", class: "button earlier", hidden: true, onclick: () => actions.earlier() }, "Show earlier messages");
    this.node = h("div", { class: "messages", role: "log", "aria-label": "Messages", tabindex: 0 }, this.earlier, this.list);
    this.node.addEventListener("keydown", (event) => walkMessages(event, this.node));
    this.node.addEventListener("scroll", () => (this.atEnd = this.isAtEnd()), { passive: true });
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(this.node); // a panel or column came beside
  }

  isAtEnd() {
    return this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR;
  }

  show({ channel, messages, more, shortcuts, app, me, lastRead = "", unread = 0 }) {
    const where = `${me} ${channel.id}`;
    const switched = this.where !== where;
    const atEnd = this.isAtEnd();
    this.where = where;
    Object.assign(this.place, { shortcuts, app });
    this.earlier.hidden = !more;
    this.node.setAttribute("aria-label", `Messages in ${channel.name}`);
    if (switched) {
      this.list.replaceChildren();
      this.newFrom = firstNew(messages, { me, lastRead, unread });
    }
    const length = this.node.scrollHeight;
    reconcile(this.list, this.rows(messages, channel), {
      key: (row) => row.key,
      signature: (row) => signed(row, this.context.reader, shortcuts),
      render: (row) => this.rowNode(row),
    });
    if (switched) this.toStart();
    else if (atEnd) this.toEnd();
    else if (this.oldest !== messages[0]?.ts) this.node.scrollTop += this.node.scrollHeight - length;
    this.oldest = messages[0]?.ts;
  }

  /** Where a reader begins: at what is new, or at the end. */
  toStart() {
    const fresh = this.list.querySelector(".new-line");
    if (fresh) fresh.scrollIntoView({ block: "center" });
    else this.toEnd();
  }

  toEnd() {
    this.atEnd = true;
    this.node.scrollTop = this.node.scrollHeight;
  }

  rows(messages, channel) {
    const shown = messages.filter((message) => !isReply(message) || isBroadcast(message));
    if (!shown.length) return [{ key: "empty", kind: "empty", channel }];
    const threads = threadsOf(messages);
    const rows = [];
    let [day, previous] = [null, null];
    for (const message of shown) {
      const today = this.context.reader.divider(Number(message.ts) * 1000);
      if (today !== day) rows.push({ key: `day-${today}`, kind: "day", words: today });
      const isNew = message.ts === this.newFrom;
      if (isNew) rows.push({ key: "new", kind: "new" });
      const joined = today === day && !isNew && previous !== null && follows(previous, message);
      rows.push({ key: `${message.ts}${message.ephemeral ? "-e" : ""}`, kind: "message", message, joined, thread: threads(message) });
      [day, previous] = [today, message];
    }
    return rows;
  }

  rowNode(row) {
    if (row.kind === "day") return h("div", { class: "day" }, h("span", {}, row.words));
    if (row.kind === "new") return h("div", { class: "new-line", role: "separator", "aria-label": "New messages" }, h("span", { "aria-hidden": "true" }, "New"));
    if (row.kind === "empty") return h("p", { class: "empty" }, emptyWords(row.channel));
    return messageNode(row, this.place);
  }
}

/** What a row looks like depends on its own data, and where it tells relative times, on the clock. */
export function signed(row, reader, shortcuts) {
  const data = JSON.stringify(row);
  const isRelative = row.thread || /_pretty\}|\{ago\}/.test(data);
  return `${data}${isRelative ? Math.floor(reader.now() / 60_000) : ""}${reader.zone}${shortcuts.length}`;
}

function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}

function isBroadcast(message) {
  return message.subtype === "thread_broadcast" || message.broadcast === true;
}

/** Finds the summary of the thread below a message; null when nobody answered. */
function threadsOf(messages) {
  const replies = Map.groupBy(messages.filter(isReply), (message) => message.thread_ts);
  return (message) => {
    if (isReply(message)) return null;
    const known = replies.get(message.ts) ?? [];
    const count = message.reply_count ?? known.length;
    if (!count) return null;
    const users = message.reply_users ?? [...new Set(known.map((one) => one.user))];
    return { count, users, latest: message.latest_reply ?? known.at(-1)?.ts ?? null };
  };
}

/** The first message somebody else wrote after what was read; null when there is none. */
function firstNew(messages, { me, lastRead, unread }) {
  if (!unread || !lastRead) return null;
  return messages.find((message) => message.ts > lastRead && message.user !== me && !isReply(message))?.ts ?? null;
}

/** Whether a message needs no head of its own because the one before has the same. */
export function follows(previous, message) {
  const isPlain = (one) => !one.ephemeral && one.subtype !== "tombstone" && !isBroadcast(one);
  const isSame = previous.user === message.user && previous.author === message.author;
  return isSame && isPlain(previous) && isPlain(message) && Number(message.ts) - Number(previous.ts) < CLOSE_BY;
}

/** Up and down go from message to message when the list or a message has the focus. */
export function walkMessages(event, root) {
  const all = [...root.querySelectorAll("article")];
  const at = all.indexOf(event.target);
  if (event.target !== root && at < 0) return;
  const goals = { ArrowUp: at < 0 ? all.length - 1 : at - 1, ArrowDown: at < 0 ? all.length - 1 : at + 1, End: all.length - 1, Home: 0 };
  const goal = all[goals[event.key]];
  if (!goal) return;
  event.preventDefault();
  goal.focus();
  goal.scrollIntoView({ block: "nearest" });
}

function emptyWords(channel) {
  if (channel.kind === "dm") return `This is the beginning of your conversation with ${channel.name}.`;
  return `This is the very beginning of #${channel.name}. Type / to see what the app can do here.`;
}
