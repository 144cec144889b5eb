// The page as a whole: what it knows, what it shows, and what a person's acts do.

import { Api, follow } from "./api.js";
import { Clock } from "./clock.js";
import { Composer } from "./composer.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { failure, MessageList } from "./messages.js";
import { ModalStack } from "./modal.js";
import { Sidebar } from "./sidebar.js";
import { Reader } from "./time.js";
import { ViewBody } from "./view.js";

class App {
  constructor(root) {
    this.place = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    this.api = new Api(() => ({ team: this.place.team, as: this.place.as }));
    this.older = [];
    this.reader = new Reader({ now: () => Date.now() });
    this.context = this.makeContext();
    this.build(root);
    follow({ changed: () => this.reload(), reached: (isReached) => this.reached(isReached) });
    addEventListener("hashchange", () => this.follow(location.hash));
  }

  makeContext() {
    const app = this;
    return {
      person: (id) => app.state.people.find((one) => one.id === id),
      channel: (id) => app.state.channels.find((one) => one.id === id),
      openChannel: (id) => app.open({ channel: id }),
      state: () => app.state,
      get me() {
        return app.state.me.id;
      },
      get reader() {
        return app.reader;
      },
    };
  }

  build(root) {
    const actorFor = (container, values) => this.actorFor(container, values);
    const { context } = this;
    this.sidebar = new Sidebar({
      team: (team) => this.open({ team, as: "", channel: "" }),
      person: (as) => this.open({ as, channel: "" }),
      channel: (channel) => this.open({ channel, tab: "" }),
      home: () => this.openHome(),
    });
    this.clock = new Clock({ travel: (goal) => this.attempt(() => this.api.post("clock", goal)), reader: () => this.reader });
    this.messages = new MessageList({ context, actorFor, actions: this.messageActions() });
    this.composer = new Composer({ send: (what) => this.send(what), shortcut: (one) => this.shortcut(one), state: () => this.state });
    this.modal = new ModalStack({ context, actorFor, actions: this.modalActions() });
    this.home = new ViewBody({ context, level: 2, actor: this.actorFor(() => ({ view_id: this.home.view.id }), () => this.home.values()) });
    this.title = h("h1", { class: "channel-title" }, "Loading…");
    this.notices = h("div", { class: "notices", role: "alert" });
    this.offline = h("p", { class: "notice error offline", role: "alert", hidden: true }, "The sandbox cannot be reached. Trying again…");
    const back = h("button", { type: "button", class: "button icon to-list", "aria-label": "Show channels", onclick: () => this.showList(true) }, icon("back"));
    this.homeNode = h("section", { class: "home", "aria-label": "App Home", hidden: true });
    this.main = h(
      "main",
      { class: "main" },
      h("header", { class: "main-head" }, back, this.title, this.clock.node),
      this.offline,
      this.messages.node,
      this.homeNode,
      this.notices,
      this.composer.node,
    );
    fill(root, this.sidebar.node, this.main);
    this.root = root;
    this.showList(false);
  }

  /** On a narrow screen either the list of places shows or the place itself. */
  showList(isList) {
    this.root.dataset.screen = isList ? "list" : "place";
    if (isList) this.sidebar.node.querySelector("[aria-current]")?.focus();
  }

  // where the person is

  follow(hash) {
    const place = Object.fromEntries(new URLSearchParams(hash.slice(1)));
    if (JSON.stringify(place) !== JSON.stringify(this.place)) this.open(place);
  }

  async open(change) {
    this.place = { ...this.place, ...change };
    this.older = [];
    this.showList(false);
    await this.reload();
    if (!this.modal.opened && this.place.tab !== "home") this.composer.input.focus({ preventScroll: true });
  }

  async openHome() {
    await this.open({ tab: "home" });
    await this.attempt(() => this.api.post("home"));
  }

  remember() {
    const { team, me, channel } = this.state;
    const known = { team: team.id, as: me.id, channel: channel.id, tab: this.place.tab };
    this.place = Object.fromEntries(Object.entries(known).filter(([, value]) => value));
    const hash = `#${new URLSearchParams(this.place)}`;
    if (hash !== location.hash) history.replaceState(null, "", hash);
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
      try {
        const asked = { ...this.place };
        const state = await this.api.state({ channel: asked.channel });
        if (asked.channel !== this.place.channel || asked.as !== this.place.as) continue;
        this.state = state;
        this.reached(true);
        this.show();
      } catch (error) {
        if (error.status === 404 && this.stepBack()) continue;
        this.reached(false, error.message);
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

  reached(isReached, words) {
    this.offline.hidden = isReached;
    if (!isReached) this.offline.textContent = `The sandbox cannot be reached. Trying again… ${words ?? ""}`;
  }

  show() {
    const { state } = this;
    this.remember();
    this.reader = new Reader({ zone: state.me.tz, locale: state.me.locale, now: () => this.clock.now() });
    this.clock.show(state.clock);
    this.sidebar.show(state, this.place.tab);
    const isHome = this.place.tab === "home";
    this.messages.node.hidden = isHome;
    this.composer.node.hidden = isHome;
    this.homeNode.hidden = !isHome;
    if (isHome) this.showHome();
    else this.showChannel();
    this.modal.show(state.views);
  }

  showChannel() {
    const { state } = this;
    const room = state.channels.find((one) => one.id === state.channel.id);
    const sign = state.channel.kind === "dm" ? "" : room?.private ? "" : "# ";
    fill(this.title, room?.private ? [icon("lock"), " "] : sign, state.channel.name);
    document.title = `${sign}${state.channel.name} · ${state.team.name}`;
    this.composer.show({ channel: state.channel, app: state.app, archived: Boolean(room?.archived) });
    this.messages.show({
      channel: state.channel,
      messages: [...this.older, ...state.messages],
      more: this.older.length ? this.moreOlder : state.has_more,
      shortcuts: (state.app.shortcuts ?? []).filter((one) => one.type === "message"),
      app: state.app,
      me: state.me.id,
    });
    this.markRead();
  }

  showHome() {
    const { home, app, team } = this.state;
    this.title.textContent = `${app.name} Home`;
    document.title = `${app.name} Home · ${team.name}`;
    if (!home) return fill(this.homeNode, h("p", { class: "empty" }, `${app.name} has not published a Home for you yet.`));
    this.home.show(home);
    if (!this.home.node.isConnected) fill(this.homeNode, this.home.node);
    return undefined;
  }

  markRead() {
    const { channels, dms, channel } = this.state;
    const room = [...channels, ...dms].find((one) => one.id === channel.id);
    if (room?.unread && document.visibilityState === "visible") this.api.post("read", { channel: channel.id }).catch(() => {});
  }

  // what the person does

  /** Runs an act against the sandbox; shows whatever goes wrong; answers the sandbox's answer. */
  async attempt(act) {
    this.notice(null);
    let answer;
    try {
      answer = await act();
    } catch (error) {
      answer = { ok: false, message: error.message };
    }
    await this.reload();
    const fieldsTold = Object.keys(answer.errors ?? {}).length > 0;
    if (answer.ok === false && !fieldsTold) this.notice(answer.message || failure(answer.error, this.state?.app.name ?? "The app"));
    return answer;
  }

  notice(words) {
    this.modal.tell(this.modal.opened ? words : null);
    if (this.modal.opened) return;
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
        });
        return answer.ok !== false;
      },
      fill: (env, value) => {
        if (!container().view_id) return undefined;
        return keep(env.block.block_id, env.element.action_id, value).catch((error) => this.notice(error.message));
      },
      suggest: (env, query) => this.api.post("suggest", { ...where(env), query }),
    };
  }

  messageActions() {
    return {
      reply: (message) => this.composer.answer(message),
      dismiss: (message) => this.attempt(() => this.api.post("dismiss", { channel: message.channel, ts: message.ts })),
      shortcut: (message, one) => this.shortcut(one, { message_ts: message.ts, channel: message.channel }),
      earlier: () => this.showEarlier(),
    };
  }

  modalActions() {
    return {
      open: (dialog) => dialog.showModal(),
      left: () => document.activeElement === document.body && this.composer.input.focus(),
      submit: (view, values) => this.attempt(() => this.api.post("submit", { view_id: view.id, values })),
      close: (view, all) => this.attempt(() => this.api.post("close", { view_id: view.id, all })),
    };
  }

  async send({ text, thread }) {
    const channel = this.state.channel.id;
    const isCommand = text.startsWith("/") && !thread;
    const path = isCommand ? "command" : "say";
    const answer = await this.attempt(() => this.api.post(path, { channel, text, ...(thread ? { thread_ts: thread } : {}) }));
    this.messages.toEnd();
    return answer.ok !== false;
  }

  shortcut(one, container) {
    return this.attempt(() => this.api.post("shortcut", { callback_id: one.callback_id, ...(container ? { container } : {}) }));
  }

  async showEarlier() {
    const oldest = [...this.older, ...this.state.messages][0];
    const before = await this.api.state({ channel: this.state.channel.id, before: oldest.ts });
    this.older = [...before.messages, ...this.older];
    this.moreOlder = before.has_more;
    this.showChannel();
  }
}

const app = new App(document.getElementById("app"));
app.reload();
