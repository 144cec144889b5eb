// One person's window onto Slack: what they see of one conversation, and what their acts do.
// Several stand side by side, each with its own modals.

import { Api } from "./api.js";
import { AppView } from "./appview.js";
import { Composer } from "./composer.js";
import { fill, h } from "./dom.js";
import { failure, MessageList } from "./messages.js";
import { ModalStack } from "./modal.js";
import { ThreadPane } from "./threads.js";
import { Reader } from "./time.js";
import { hush, toast } from "./toasts.js";

const PLACE = ["team", "as", "channel", "tab", "thread"];

export class Column {
  /**
   * `shell` = {now(), moved(column), shown(column), reached(isReached, words), isShared(),
   * inspect(message)}: the page around all columns. `head(column)` makes what stands above.
   */
  constructor({ place, shell, id, head, level = 1 }) {
    Object.assign(this, { place, shell, id, level });
    this.api = new Api(() => ({ team: this.place.team, as: this.place.as }));
    this.older = [];
    this.reader = new Reader({ now: () => shell.now() });
    this.context = this.makeContext();
    this.build(head);
  }

  makeContext() {
    const column = this;
    return {
      person: (id) => column.state.people.find((one) => one.id === id),
      channel: (id) => column.state.channels.find((one) => one.id === id),
      openChannel: (id) => column.open({ channel: id, tab: "", thread: "" }),
      openThread: (thread) => column.open({ thread }),
      state: () => column.state,
      upload: (files) => column.api.upload({}, files),
      get me() {
        return column.state.me.id;
      },
      get reader() {
        return column.reader;
      },
    };
  }

  build(head) {
    const { context } = this;
    const actorFor = (container, values) => this.actorFor(container, values);
    this.messages = new MessageList({ context, actorFor, actions: this.messageActions() });
    this.composer = this.makeComposer(`${this.id}composer`);
    const answers = this.makeComposer(`${this.id}thread-composer`);
    this.thread = new ThreadPane({ context, actorFor, actions: this.messageActions(), composer: answers });
    this.modal = new ModalStack({ context, actorFor, actions: this.modalActions() });
    this.app = new AppView({ context, column: this });
    this.title = h(`h${this.level}`, { class: "channel-title" }, "Loading…");
    this.notices = h("div", { class: "notices", role: "alert" });
    this.main = h("div", { class: "main" }, head(this), this.app.tabs, this.messages.node, this.app.node, this.notices, this.composer.node);
    this.inside = h("div", { class: "column-inside" }, this.main, this.thread.node);
    this.node = h(this.level === 1 ? "main" : "section", { class: "column" }, this.inside);
    this.modal.dialog.addEventListener("close", () => this.release());
    this.modal.dialog.addEventListener("keydown", (event) => this.escape(event));
  }

  makeComposer(id) {
    return new Composer({
      id,
      send: (what) => this.send(what),
      attach: (what) => this.attach(what),
      shortcut: (one) => this.shortcut(one),
      state: () => this.state,
    });
  }

  // where the person is

  async open(change) {
    this.place = { ...this.place, ...change };
    this.older = [];
    this.notice(null);
    this.shell.moved(this);
    this.node.setAttribute("aria-busy", "true");
    await this.reload();
    this.node.removeAttribute("aria-busy");
    if (!this.modal.opened && !this.place.tab && !this.place.thread) this.focus();
  }

  /** Opens the app: its Home, which the app is told of, its messages or what there is to know. */
  async openApp(tab) {
    await this.open({ tab, thread: "", channel: this.state.dms[0].id });
    if (tab !== "about") await this.attempt(() => this.api.post("home", { tab: tab || "messages" }));
  }

  focus() {
    this.composer.input.focus({ preventScroll: true });
  }

  remember() {
    const { team, me, channel } = this.state;
    const known = { ...this.place, team: team.id, as: me.id, channel: channel.id };
    this.place = Object.fromEntries(PLACE.filter((name) => known[name]).map((name) => [name, known[name]]));
  }

  // keeping up

  async reload() {
    this.wanted = (this.wanted ?? 0) + 1;
    if (this.loading) return this.loading;
    this.loading = this.load();
    try {
      await this.loading;
    } finally {
      this.loading = null;
    }
    return undefined;
  }

  async load() {
    let seen = 0;
    while (seen !== this.wanted) {
      seen = this.wanted;
      const asked = { ...this.place };
      const isElsewhere = () => PLACE.some((name) => asked[name] !== this.place[name]);
      try {
        const state = await this.api.state({ channel: asked.channel, thread: asked.thread });
        if (isElsewhere()) continue;
        this.state = state;
        this.shell.reached(true);
        this.show();
      } catch (error) {
        if (error.status === 404 && (isElsewhere() || this.stepBack())) continue;
        this.shell.reached(false, error.message);
        return;
      }
    }
  }

  /** Leaves a channel or a person that is not there; answers whether there was one to leave. */
  stepBack() {
    const { team, as, channel } = this.place;
    if (!team && !as && !channel) return false;
    this.place = channel ? { team, as } : {};
    this.wanted += 1;
    return true;
  }

  show() {
    const { state } = this;
    this.remember();
    this.reader = new Reader({ zone: state.me.tz, locale: state.me.locale, now: () => this.shell.now() });
    this.shell.shown(this);
    const isApp = state.channel.kind === "dm";
    const tab = isApp ? this.place.tab : "";
    this.node.setAttribute("aria-label", `${state.me.display_name}'s Slack`);
    this.app.show(state, { isApp, tab });
    this.messages.node.hidden = Boolean(tab);
    this.composer.node.hidden = Boolean(tab);
    if (tab) this.thread.hide();
    else this.showChannel();
    this.node.classList.toggle("with-thread", this.thread.opened);
    this.modal.show(state.views);
  }

  showChannel() {
    const { state } = this;
    this.composer.show({ state, channel: state.channel, room: this.room });
    this.messages.show({
      channel: state.channel,
      messages: [...this.older, ...state.messages],
      more: this.older.length ? this.moreOlder : state.has_more,
      shortcuts: this.messageShortcuts(),
      app: state.app,
      me: state.me.id,
      lastRead: state.channel.last_read,
      unread: this.room?.unread ?? 0,
    });
    this.showThread();
    this.markRead();
  }

  showThread() {
    const { state, place } = this;
    const messages = state.thread?.messages ?? [];
    if (!messages.length) return this.thread.hide();
    const wasOpen = this.thread.opened && this.thread.ts === place.thread;
    this.thread.composer.show({ state, channel: state.channel, room: this.room, thread: place.thread });
    this.thread.show({ channel: state.channel, messages, shortcuts: this.messageShortcuts(), app: state.app });
    if (!wasOpen && !this.modal.opened) this.thread.composer.input.focus({ preventScroll: true });
    return undefined;
  }

  messageShortcuts() {
    return (this.state.app.shortcuts ?? []).filter((one) => one.type === "message");
  }

  async closeThread() {
    const { thread } = this.place;
    await this.open({ thread: "" });
    this.messages.node.querySelector(`[data-ts="${CSS.escape(thread ?? "")}"]`)?.focus({ preventScroll: true });
  }

  /** The conversation as the list of places knows it. */
  get room() {
    const { channels, dms, channel } = this.state;
    return [...channels, ...dms].find((one) => one.id === channel.id);
  }

  markRead() {
    if (!this.room?.unread || document.visibilityState !== "visible") return;
    this.api.post("read", { channel: this.state.channel.id }).catch(() => {});
  }

  // what the person does

  /** Runs an act against the sandbox; shows whatever goes wrong; answers the sandbox's answer. */
  async attempt(act, how) {
    this.notice(null);
    let answer;
    try {
      answer = await act();
    } catch (error) {
      answer = { ok: false, message: error.message };
    }
    await this.reload();
    const fieldsTold = Object.keys(answer.errors ?? {}).length > 0;
    if (answer.ok === false && !fieldsTold) this.notice(told(answer, this.state?.app.name ?? "The app"), how);
    return answer;
  }

  /** What went wrong: in the modal where one is open, as Slack's toast for a press, else above where one writes. */
  notice(words, { brief = false } = {}) {
    this.modal.tell(this.modal.opened ? words : null);
    if (words && brief && !this.modal.opened) toast(words, { kind: "error" });
    else if (!words) hush();
    if (this.modal.opened || brief) return;
    const dismiss = () => fill(this.notices);
    const node = words
      ? h("p", { class: "notice error" }, words, " ", h("button", { type: "button", class: "as-link", onclick: dismiss }, "Dismiss"))
      : null;
    fill(this.notices, node);
  }

  /** What the controls of one message or view do. `values` gives what is typed and not yet kept. */
  actorFor(container, values) {
    const where = (env) => ({ container: container(), block_id: env.block.block_id, action_id: env.element.action_id });
    const keep = (blockId, actionId, value) => this.api.post("fill", { view_id: container().view_id, block_id: blockId, action_id: actionId, value });
    const flush = async () => {
      for (const [blockId, fields] of Object.entries(values?.() ?? {})) {
        for (const [actionId, value] of Object.entries(fields)) await keep(blockId, actionId, value);
      }
    };
    return {
      press: async (env, value) => {
        const answer = await this.attempt(async () => {
          await flush();
          return this.api.post("press", value === undefined ? where(env) : { ...where(env), value });
        }, { brief: true });
        return answer.ok !== false;
      },
      fill: (env, value) => {
        if (!container().view_id) return undefined;
        return keep(env.block.block_id, env.element.action_id, value).catch((error) => this.notice(error.message));
      },
      suggest: (env, query) => this.api.post("suggest", { ...where(env), query }),
      upload: (files) => this.api.upload({}, files),
    };
  }

  messageActions() {
    return {
      thread: (message) => this.open({ thread: message.ts }),
      closeThread: () => this.closeThread(),
      react: (message, name) => this.attempt(() => this.api.post("react", { channel: message.channel, ts: message.ts, name }), { brief: true }),
      copyLink: (message) => this.copyLink(message),
      inspect: (message) => this.shell.inspect(message),
      dismiss: (message) => this.attempt(() => this.api.post("dismiss", { channel: message.channel, ts: message.ts })),
      shortcut: (message, one) => this.shortcut(one, { message_ts: message.ts, channel: message.channel }),
      earlier: () => this.showEarlier(),
    };
  }

  async copyLink(message) {
    const { team, as } = this.place;
    const thread = message.thread_ts ?? message.ts;
    const address = `${location.origin}/#${new URLSearchParams({ team, as, channel: message.channel, thread })}`;
    try {
      await navigator.clipboard.writeText(address);
      toast("Link copied to clipboard.");
    } catch {
      toast(address);
    }
  }

  send({ text, thread }) {
    const channel = this.state.channel.id;
    if (text.startsWith("/") && thread) return this.refuse(text);
    const path = text.startsWith("/") ? "command" : "say";
    return this.went(this.attempt(() => this.api.post(path, { channel, text, ...(thread ? { thread_ts: thread } : {}) })));
  }

  /** https://docs.slack.dev/interactivity/implementing-slash-commands: not inside of threads. */
  refuse(text) {
    this.notice(`${text.split(/\s/)[0]} is not supported in threads. Sorry!`);
    return false;
  }

  attach({ files, text, thread }) {
    const fields = { channel: this.state.channel.id, comment: text, thread_ts: thread ?? "" };
    return this.went(this.attempt(() => this.api.upload(fields, files)));
  }

  async went(attempted) {
    const answer = await attempted;
    this.messages.toEnd();
    return answer.ok !== false;
  }

  shortcut(one, container) {
    return this.attempt(() => this.api.post("shortcut", { callback_id: one.callback_id, ...(container ? { container } : {}) }), { brief: true });
  }

  async showEarlier() {
    const oldest = [...this.older, ...this.state.messages][0];
    const before = await this.api.state({ channel: this.state.channel.id, before: oldest.ts });
    this.older = [...before.messages, ...this.older];
    this.moreOlder = before.has_more;
    this.showChannel();
  }

  // modals: over the whole window, or inside this column while others stand beside it

  modalActions() {
    return {
      open: (dialog) => this.openModal(dialog),
      left: () => this.leftModal(),
      submit: (view, values) => this.attempt(() => this.api.post("submit", { view_id: view.id, values })),
      close: (view, all) => this.attempt(() => this.api.post("close", { view_id: view.id, all })),
    };
  }

  openModal(dialog) {
    if (!this.shell.isShared()) return dialog.showModal();
    this.node.append(dialog);
    dialog.show();
    this.inside.inert = true;
    return undefined;
  }

  /** Opens the modal anew when another column came or went. */
  rehouse() {
    if (!this.modal.opened) return;
    this.modal.dialog.close();
    if (!this.shell.isShared()) document.body.append(this.modal.dialog);
    this.openModal(this.modal.dialog);
  }

  release() {
    this.inside.inert = false;
  }

  leftModal() {
    if (document.activeElement === document.body) this.focus();
  }

  /** A dialog that is not over everything does not hear Escape by itself. */
  escape(event) {
    if (event.key !== "Escape" || event.defaultPrevented || !this.shell.isShared()) return;
    event.preventDefault();
    this.modal.close(false);
  }

  leave() {
    this.modal.dialog.remove();
    this.node.remove();
  }
}

/** The sentence Slack shows for what an act came to. */
function told(answer, app) {
  if (answer.error !== "unknown_command") return answer.message || failure(answer.error, app);
  // https://slack.com/help/articles/201259356-Slash-commands-in-Slack
  return `${answer.message.replace(/\.$/, "")}. In Slack, all messages that start with the “/” character are interpreted as slash commands. If you are trying to send a message and not run a command, try preceding the “/” with an empty space.`;
}
