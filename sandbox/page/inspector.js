// What went between Slack and the app: each request with the calls it caused, live.

import { h, reconcile } from "./dom.js";
import { explained } from "./explain.js";
import { icon } from "./icons.js";
import { jsonNode } from "./jsontree.js";

const KEPT = 500; // exchanges shown at most
const NEAR = 60; // pixels from the end that count as being there

export class Inspector {
  constructor({ read, reader, state }) {
    Object.assign(this, { read, reader, state });
    this.title = "Inspector";
    this.turn = 0;
    this.cleared = 0;
    this.entries = new Map();
    this.open = new Set();
    this.build();
  }

  build() {
    this.search = h("input", { type: "search", "aria-label": "Filter by method, person or words", placeholder: "Filter: method, person, words", oninput: () => this.show() });
    this.failures = h("input", { type: "checkbox", onchange: () => this.show() });
    const clear = h("button", { type: "button", class: "button small", onclick: () => this.clear() }, "Clear");
    const close = h("button", { type: "button", class: "button icon", "aria-label": "Close the inspector", onclick: () => this.close() }, icon("cross"));
    this.list = h("ol", { class: "exchanges" });
    this.none = h("p", { class: "empty", hidden: true });
    this.scroller = h("div", { class: "panel-body", tabindex: 0, role: "log", "aria-label": "Requests and calls", "aria-live": "off" }, this.none, this.list);
    this.node = h(
      "section",
      { class: "panel inspector" },
      h("header", { class: "panel-head" }, h("h2", {}, "Inspector"), close),
      h("div", { class: "panel-tools" }, this.search, h("label", { class: "tick" }, this.failures, "Failures only"), clear),
      this.scroller,
    );
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && this.close());
  }

  opened({ close }) {
    this.close = close;
    this.load();
  }

  clear() {
    this.cleared = Math.max(0, ...this.entries.keys());
    this.entries.clear();
    this.show();
  }

  /** Reads what is new; whoever asks meanwhile waits for the one who reads, who then looks again. */
  load() {
    this.again = true;
    this.loading ??= this.readAll().finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  async readAll() {
    try {
      while (this.again) {
        this.again = false;
        this.take(await this.read(`traffic?after=${this.turn}`));
      }
    } catch {
      this.none.textContent = "The sandbox cannot be reached.";
    }
  }

  take({ turn, deadline, entries }) {
    if (turn < this.turn) return this.beginAnew();
    this.turn = turn;
    this.deadline = deadline;
    for (const entry of entries) if (entry.number > this.cleared) this.entries.set(entry.number, entry);
    const numbers = [...this.entries.keys()].sort((a, b) => a - b);
    for (const number of numbers.slice(0, Math.max(0, numbers.length - KEPT))) this.entries.delete(number);
    return this.show();
  }

  /** Another sandbox listens here now, which counts from one. */
  beginAnew() {
    this.entries.clear();
    this.open.clear();
    this.cleared = 0;
    this.turn = 0;
    this.again = true;
  }

  /** Requests with what they caused, in order of time: [[root, ...caused]]. */
  groups() {
    const groups = new Map();
    const ordered = [...this.entries.values()].sort((a, b) => a.at.localeCompare(b.at) || a.number - b.number);
    for (const entry of ordered.filter((one) => one.cause === null)) groups.set(entry.number, [entry]);
    for (const entry of ordered.filter((one) => one.cause !== null)) {
      if (groups.has(entry.cause)) groups.get(entry.cause).push(entry);
      else groups.set(entry.number, [entry]);
    }
    return [...groups.values()];
  }

  show() {
    const sought = this.search.value.trim().toLowerCase();
    const passes = (entry) => (!this.failures.checked || isFailure(entry)) && (!sought || this.wordsOf(entry).includes(sought));
    const groups = this.groups().filter((group) => group.some(passes));
    const atEnd = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR;
    reconcile(this.list, groups, {
      key: ([root]) => root.number,
      signature: (group) => group.map((entry) => entry.number).join(" "),
      render: (group) => this.groupNode(group),
    });
    this.none.hidden = groups.length > 0;
    this.none.textContent = this.entries.size ? "Nothing of this kind." : "Nothing went between Slack and the app yet. Type a command, and it shows here.";
    if (atEnd) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  wordsOf(entry) {
    return [entry.method, entry.kind, entry.person, this.nameOf(entry.person), entry.error, JSON.stringify(entry.request)].join(" ").toLowerCase();
  }

  nameOf(id) {
    return this.state()?.people.find((one) => one.id === id)?.display_name ?? id ?? "";
  }

  groupNode([root, ...caused]) {
    return h("li", { class: root.direction === "call" ? "exchange-group by-itself" : "exchange-group" }, this.entryNode(root), caused.length ? h("ol", { class: "caused", "aria-label": "What it caused" }, caused.map((entry) => h("li", {}, this.entryNode(entry)))) : null);
  }

  entryNode(entry) {
    const node = h("details", { class: isFailure(entry) ? "exchange failed" : "exchange", "data-number": entry.number, open: this.open.has(entry.number) }, this.summary(entry));
    let isAsked = false;
    const grow = () => {
      if (node.open) this.open.add(entry.number);
      else this.open.delete(entry.number);
      if (node.open && !node.dataset.grown) {
        node.dataset.grown = "yes";
        node.append(this.inside(entry));
      }
      if (isAsked) node.scrollIntoView({ block: "nearest" });
      isAsked = false;
    };
    node.addEventListener("toggle", grow);
    node.firstElementChild.addEventListener("click", () => (isAsked = true));
    grow();
    return node;
  }

  summary(entry) {
    const isCall = entry.direction === "call";
    const who = this.nameOf(entry.person);
    const told = isCall ? this.aboutCall(entry.request) : kindOf(entry);
    return h(
      "summary",
      {},
      h("span", { class: `way ${entry.direction}`, title: isCall ? "The app called Slack" : "Slack asked the app" }, h("span", { "aria-hidden": "true" }, isCall ? "←" : "→"), h("span", { class: "hidden" }, isCall ? "App to Slack: " : "Slack to app: ")),
      h("span", { class: "exchange-name" }, entry.kind === "command" ? `${entry.method} ${entry.request.text}` : entry.method),
      h("span", { class: "exchange-about" }, [told, who].filter(Boolean).join(" · "), entry.retry ? h("span", { class: "retry" }, ` retry ${entry.retry}`) : null),
      entry.error ? h("span", { class: "verdict wrong" }, entry.error) : entry.problems.length ? h("span", { class: "verdict wrong" }, "not accepted") : h("span", { class: "verdict" }, String(entry.status ?? "")),
      this.timeNode(entry),
    );
  }

  /** Where a call went, or whom it is about, and its first words. */
  aboutCall({ channel, channel_id: channelId, user, user_id: userId, text, view }) {
    const { channels = [], dms = [] } = this.state() ?? {};
    const room = channel ?? channelId;
    const place = channels.find((one) => one.id === room)?.name ?? (dms.some((one) => one.id === room) ? "messages" : room);
    return [place ? (place === room ? room : `#${place}`) : null, this.nameOf(user ?? userId), text ?? view?.title?.text].filter((words) => typeof words === "string" && words).join(" · ");
  }

  /** Calls have no deadline: only requests to the app get a bar. */
  timeNode(entry) {
    const took = entry.seconds < 1 ? `${Math.round(entry.seconds * 1000)} ms` : `${entry.seconds.toFixed(2)} s`;
    const share = Math.min(1, entry.seconds / this.deadline);
    const pace = entry.error === "operation_timeout" || share >= 1 ? "late" : share > 0.5 ? "slow" : "fine";
    const bar = entry.direction === "call" ? null : h("span", { class: `bar ${pace}`, "aria-hidden": "true" }, filled(share));
    const words = entry.direction === "call" ? took : `${took} of ${this.deadline} s`;
    return h("span", { class: "took", title: words }, bar, h("span", {}, took));
  }

  inside(entry) {
    const marks = entry.problems.map((problem) => problem.pointer).filter((pointer) => pointer !== null);
    const [inRequest, inAnswer] = entry.direction === "call" ? [marks, []] : [[], marks];
    return h(
      "div",
      { class: "exchange-inside" },
      this.facts(entry),
      problemsNode(entry),
      jsonNode(entry.request, { label: entry.direction === "call" ? "Arguments" : "Payload", marks: inRequest }),
      entry.answer === null || entry.answer === "" ? h("p", { class: "hint" }, "The answer was empty.") : jsonNode(entry.answer, { label: entry.direction === "call" ? "Slack's answer" : "The app's answer", marks: inAnswer }),
    );
  }

  facts(entry) {
    const reader = this.reader();
    const at = `${reader.format(Date.parse(entry.at), { timeStyle: "medium" })}`;
    const facts = [["At", at], ["Status", entry.status ?? "no answer"], ["Workspace", entry.team ?? "none"], ["Person", this.nameOf(entry.person)], ["Way", entry.via], ["Retry", entry.retry ? `${entry.retry} (${entry.reason ?? "http_error"})` : ""]];
    return h("dl", { class: "facts" }, facts.filter(([, value]) => value).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, String(value))]));
  }

  /** Shows what the app sent to make or change a message: the latest of it first. */
  async showMessage(message) {
    await this.load();
    this.search.value = "";
    this.failures.checked = false;
    this.show();
    const found = [...this.entries.values()].filter((entry) => [entry.answer?.ts, entry.answer?.message_ts].includes(message.ts)).at(-1);
    this.pinned?.remove();
    if (!found) return this.pin(message);
    this.open.add(found.number);
    const node = this.list.querySelector(`[data-number="${found.number}"]`);
    node.open = true;
    node.scrollIntoView({ block: "start" });
    node.firstElementChild.focus();
    return undefined;
  }

  /** What came in an answer, or long ago, is shown as Slack keeps it. */
  pin(message) {
    const { text, blocks, attachments, metadata, ts, thread_ts: thread } = message;
    const close = h("button", { type: "button", class: "button icon", "aria-label": "Close", onclick: () => this.pinned.remove() }, icon("cross"));
    this.pinned = h("div", { class: "pinned" }, h("header", {}, h("strong", {}, "This message as Slack keeps it"), close), jsonNode({ ts, thread_ts: thread, text, blocks, attachments, metadata }, { label: "Message" }));
    this.scroller.prepend(this.pinned);
    this.scroller.scrollTop = 0;
    close.focus();
  }
}

function filled(share) {
  const inner = h("span", {});
  inner.style.inlineSize = `${Math.max(2, Math.round(share * 100))}%`;
  return inner;
}

function isFailure(entry) {
  return Boolean(entry.error) || entry.problems.length > 0;
}

function kindOf(entry) {
  const words = { command: "command", block_actions: "pressed", view_submission: "submitted", view_closed: "closed", block_suggestion: "options", shortcut: "shortcut", message_action: "message shortcut", event: "event" };
  return words[entry.kind] ?? entry.kind;
}

function problemsNode(entry) {
  const about = explained(entry.error) || explained(entry.reason);
  if (!about && !entry.problems.length) return null;
  return h(
    "div",
    { class: "problems" },
    about ? h("p", {}, about) : null,
    entry.problems.length ? h("ul", {}, entry.problems.map(({ words, pointer }) => h("li", {}, words, pointer ? [" ", h("code", {}, pointer)] : null))) : null,
  );
}
