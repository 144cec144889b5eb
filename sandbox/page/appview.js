// The app as a place of its own: Home, Messages and About, as in Slack.

import { fill, h } from "./dom.js";
import { ViewBody } from "./view.js";

const TABS = [["home", "Home"], ["", "Messages"], ["about", "About"]];

export class AppView {
  constructor({ context, column }) {
    this.column = column;
    const actor = column.actorFor(() => ({ view_id: this.home.view?.id }), () => this.home.values());
    this.home = new ViewBody({ context, level: 2, actor });
    this.buttons = TABS.map(([tab, words]) => this.tabButton(tab, words));
    this.tabs = h("div", { class: "app-tabs", role: "tablist", "aria-label": "Parts of the app", hidden: true }, this.buttons);
    this.tabs.addEventListener("keydown", (event) => this.walk(event));
    this.node = h("section", { class: "home", role: "tabpanel", id: `${column.id}app-panel`, tabindex: 0, hidden: true });
  }

  tabButton(tab, words) {
    return h("button", { type: "button", role: "tab", class: "app-tab", "data-tab": tab, "aria-controls": `${this.column.id}app-panel`, onclick: () => this.column.openApp(tab) }, words);
  }

  walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = this.buttons.indexOf(document.activeElement);
    const next = this.buttons.at((at + step) % this.buttons.length);
    next.focus();
    next.click();
  }

  show(state, { isApp, tab }) {
    this.tabs.hidden = !isApp;
    this.node.hidden = !tab;
    for (const button of this.buttons) {
      const isHere = button.dataset.tab === (tab ?? "");
      button.setAttribute("aria-selected", String(isHere));
      button.tabIndex = isHere ? 0 : -1;
    }
    this.node.setAttribute("aria-label", tab === "about" ? "About the app" : "App Home");
    if (tab === "about") this.showAbout(state);
    else if (tab) this.showHome(state);
  }

  showHome({ home, app }) {
    if (!home) return fill(this.node, h("p", { class: "empty" }, `${app.name} has not published a Home for you yet.`));
    this.home.show(home);
    if (!this.home.node.isConnected) fill(this.node, this.home.node);
    return undefined;
  }

  showAbout(state) {
    const mark = JSON.stringify([state.app, state.team]);
    if (this.aboutShown === mark && this.node.firstElementChild?.matches(".about")) return;
    this.aboutShown = mark;
    fill(this.node, this.about(state));
  }

  about({ app, team }) {
    return h(
      "div",
      { class: "about" },
      h("p", { class: "about-state" }, stateOf(app, team)),
      app.commands.length ? [h("h2", {}, "Commands"), h("dl", { class: "about-list" }, app.commands.flatMap(commandNodes))] : null,
      app.shortcuts.length ? [h("h2", {}, "Shortcuts"), h("ul", { class: "about-list" }, app.shortcuts.map((one) => h("li", {}, h("strong", {}, one.name), ` ${one.type === "message" ? "on messages" : "everywhere"}`, one.description ? h("span", { class: "option-description" }, one.description) : null)))] : null,
      h("h2", {}, "May do"),
      h("p", { class: "scopes" }, app.scopes.map((scope) => h("code", {}, scope))),
      h("h2", {}, "Installation"),
      this.installation(app, team),
    );
  }

  installation(app, team) {
    const act = (what) => this.column.attempt(() => this.column.api.post("app", { act: what }));
    const button = (words, what, kind = "") => h("button", { type: "button", class: `button ${kind}`, onclick: () => act(what) }, words);
    return h(
      "div",
      { class: "about-acts" },
      h("p", { class: "hint" }, `What a developer wants to see the app live through. ${app.name} is told as Slack tells it.`),
      h(
        "div",
        { class: "about-buttons" },
        app.install_url ? h("a", { class: "button", href: app.install_url, target: "_blank", rel: "noopener" }, "Install in another workspace…") : null,
        app.revoked ? button("Let the token work again", "restore") : button("Revoke token", "revoke"),
        app.revoked ? null : button(`Uninstall from ${team.name}`, "uninstall", "danger"),
      ),
    );
  }
}

function stateOf(app, team) {
  if (app.revoked === "account_inactive") return `${app.name} was uninstalled from ${team.name}: its token answers account_inactive.`;
  if (app.revoked) return `The token of ${app.name} in ${team.name} was revoked: every call answers ${app.revoked}.`;
  if (!app.connected) return `${app.name} is installed in ${team.name}, but it does not listen: neither a request URL nor a socket is connected.`;
  return `${app.name} is installed in ${team.name} and listens.`;
}

function commandNodes({ command, usage_hint: hint, description }) {
  return [h("dt", {}, h("code", {}, command), hint ? h("span", { class: "usage" }, ` ${hint}`) : null), h("dd", {}, description)];
}
