// The pane beside a channel that shows one thread: its root, its replies, and where to answer.

import { h, reconcile } from "./dom.js";
import { icon } from "./icons.js";
import { messageNode } from "./message.js";
import { follows, signed, walkMessages } from "./messages.js";

export class ThreadPane {
  /** `actions` as of MessageList, and `closeThread()`; `composer` is a Composer for replies. */
  constructor({ context, actorFor, actions, composer }) {
    this.context = context;
    this.composer = composer;
    this.place = { context, actorFor, actions, shortcuts: [], app: {}, inThread: true };
    this.where = h("span", { class: "thread-where" });
    this.list = h("div", { class: "message-list" });
    const close = h("button", { type: "button", class: "button icon", "aria-label": "Close thread", "data-tip": "Close", onclick: () => actions.closeThread() }, icon("cross"));
    this.scroller = h("div", { class: "messages", role: "log", "aria-label": "Thread", tabindex: 0 }, this.list);
    this.scroller.addEventListener("keydown", (event) => walkMessages(event, this.scroller));
    this.node = h(
      "aside",
      { class: "thread-pane", "aria-label": "Thread", hidden: true },
      h("header", { class: "thread-head" }, h("h2", {}, "Thread"), this.where, close),
      this.scroller,
      composer.node,
    );
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) actions.closeThread();
    });
  }

  get opened() {
    return !this.node.hidden;
  }

  /** `messages` are the root and its replies, oldest first. */
  show({ channel, messages, shortcuts, app }) {
    const [root, ...replies] = messages;
    const switched = this.ts !== root.ts || this.node.hidden;
    const atEnd = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < 80;
    this.ts = root.ts;
    this.node.hidden = false;
    Object.assign(this.place, { shortcuts, app });
    this.where.textContent = channel.kind === "dm" ? channel.name : `#${channel.name}`;
    if (switched) this.list.replaceChildren();
    reconcile(this.list, rows(root, replies), {
      key: (row) => row.key,
      signature: (row) => signed(row, this.context.reader, shortcuts),
      render: (row) => (row.kind === "count" ? countNode(row.count) : messageNode(row, this.place)),
    });
    if (switched || atEnd) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  hide() {
    this.node.hidden = true;
    this.ts = null;
  }
}

function rows(root, replies) {
  const head = { key: root.ts, kind: "message", message: root, joined: false };
  const count = replies.length ? [{ key: "count", kind: "count", count: replies.length }] : [];
  const answers = replies.map((message, index) => ({
    key: `${message.ts}${message.ephemeral ? "-e" : ""}`,
    kind: "message",
    message,
    joined: index > 0 && follows({ ...replies[index - 1], subtype: null, broadcast: false }, { ...message, broadcast: false }),
  }));
  return [head, ...count, ...answers];
}

function countNode(count) {
  return h("div", { class: "reply-count" }, h("span", {}, `${count} ${count === 1 ? "reply" : "replies"}`));
}
