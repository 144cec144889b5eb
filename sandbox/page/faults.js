// The fault switches: what can go wrong between Slack and the app, on purpose.

import { announce, fill, h } from "./dom.js";
import { icon } from "./icons.js";

const CALLS = "Calls of the app";
const EVENTS = "Requests to the app";
const KINDS = [
  ["rate_limited", CALLS, "Too many calls (429)", "Slack refuses with 429 and says how long to wait. Nothing was done. The app must come back later and lose nothing."],
  ["server_error", CALLS, "Slack fails (500)", "Slack answers 500. Nothing was done, but the app cannot know that."],
  ["slow", CALLS, "Slow", "Slack answers late. Whoever waits for it within a request may miss the 3 seconds."],
  ["lost_connection", CALLS, "Lost connection", "The connection closes before anything is done."],
  ["accepted_unanswered", CALLS, "Done, but no answer", "Slack does it, then the connection closes. Whoever simply tries again does it twice."],
  ["revoked", CALLS, "Token revoked", "The token no longer works: token_revoked."],
  ["duplicated", EVENTS, "Sent twice", "The same event arrives twice. The app must act once."],
  ["reordered", EVENTS, "Out of order", "The next event overtakes this one. What is older must not undo what is newer."],
  ["event_slow", EVENTS, "Slow on its way", "The request reaches the app late; its trigger may have expired by then."],
  ["event_lost_connection", EVENTS, "Never arrives", "The app never gets it. Slack sends events again; a press is lost."],
  ["event_unanswered", EVENTS, "Answer lost", "The app did its work, but Slack heard nothing and sends an event again."],
];
const WITH_SECONDS = { slow: "Seconds it takes", event_slow: "Seconds on its way", rate_limited: "Retry-After, seconds" };

export class FaultPanel {
  constructor({ api, read, state }) {
    Object.assign(this, { api, read, state });
    this.title = "Faults";
    this.build();
  }

  build() {
    this.kind = h("select", { name: "kind", class: "picker", onchange: () => this.dress() }, [CALLS, EVENTS].map((group) => h("optgroup", { label: group }, KINDS.filter(([, of]) => of === group).map(([kind, , words]) => h("option", { value: kind }, words)))));
    this.meaning = h("p", { class: "hint", id: "fault-meaning" });
    this.kind.setAttribute("aria-describedby", "fault-meaning");
    this.method = h("input", { name: "method", value: "", placeholder: "all", list: "fault-methods", spellcheck: "false" });
    this.methods = h("datalist", { id: "fault-methods" });
    this.team = h("select", { name: "workspace", class: "picker" });
    this.times = h("input", { type: "number", name: "times", min: 1, step: 1, placeholder: "until removed" });
    this.share = h("input", { type: "number", name: "share", min: 1, max: 100, step: 1, value: 100 });
    this.seconds = h("input", { type: "number", name: "seconds", min: 0, max: 3600, step: "any", value: 5 });
    this.secondsLabel = h("span", { class: "label" });
    this.secondsField = h("label", { class: "field" }, this.secondsLabel, this.seconds);
    this.problem = h("p", { class: "notice error", role: "alert", hidden: true });
    const field = (words, input) => h("label", { class: "field" }, h("span", { class: "label" }, words), input);
    const form = h(
      "form",
      { class: "fault-form", onsubmit: (event) => (event.preventDefault(), this.add()) },
      field("What goes wrong", this.kind),
      this.meaning,
      h("div", { class: "fault-pairs" }, field("Method or event", this.method), field("Workspace", this.team), field("How often", this.times), field("Of 100 calls, strikes", this.share), this.secondsField),
      this.methods,
      this.problem,
      h("button", { type: "submit", class: "button primary" }, "Switch on"),
    );
    this.list = h("ul", { class: "fault-list", "aria-label": "Faults that are on" });
    this.clearAll = h("button", { type: "button", class: "button small", onclick: () => this.change("faults/clear", {}) }, "Remove all");
    const close = h("button", { type: "button", class: "button icon", "aria-label": "Close the faults", onclick: () => this.close() }, icon("cross"));
    this.node = h(
      "section",
      { class: "panel fault-panel" },
      h("header", { class: "panel-head" }, h("h2", {}, "Faults"), close),
      h("div", { class: "panel-body", tabindex: 0, role: "region", "aria-label": "Faults" }, form, h("div", { class: "fault-on" }, h("h3", {}, "Switched on"), this.clearAll), this.list),
    );
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && this.close());
    this.dress();
  }

  opened({ close }) {
    this.close = close;
    this.load();
  }

  /** Words and fields for the kind that is chosen. */
  dress() {
    const [kind, group, , meaning] = KINDS.find(([name]) => name === this.kind.value);
    this.meaning.textContent = meaning;
    this.secondsField.hidden = !(kind in WITH_SECONDS);
    this.secondsLabel.textContent = WITH_SECONDS[kind] ?? "";
    const known = group === CALLS ? ["chat.postMessage", "chat.update", "chat.postEphemeral", "views.open", "views.update", "views.publish", "users.info", "conversations.info"] : ["command", "block_actions", "view_submission", "block_suggestion", "app_home_opened", "message"];
    fill(this.methods, known.map((name) => h("option", { value: name })));
  }

  async load() {
    this.take(await this.read("faults").catch(() => ({ faults: [] })));
  }

  add() {
    const number = (input) => (input.value === "" ? null : Number(input.value));
    const asked = {
      kind: this.kind.value,
      method: this.method.value.trim() || "*",
      workspace: this.team.value,
      times: number(this.times),
      share: (number(this.share) ?? 100) / 100,
      seconds: this.secondsField.hidden ? 0 : (number(this.seconds) ?? 0),
    };
    return this.change("faults/add", asked, "Switched on");
  }

  async change(path, asked, words = "Removed") {
    try {
      this.take(await this.api.post(path, asked));
      this.problem.hidden = true;
      announce(words);
    } catch (error) {
      this.problem.hidden = false;
      this.problem.textContent = error.message;
    }
  }

  take({ faults }) {
    const teams = this.state()?.teams ?? [];
    if (this.team.children.length !== teams.length + 1) fill(this.team, h("option", { value: "*" }, "All"), teams.map((one) => h("option", { value: one.id }, one.name)));
    this.clearAll.hidden = !faults.length;
    fill(this.list, faults.length ? faults.map((fault) => this.faultNode(fault)) : h("li", { class: "empty" }, "None: Slack and the network behave."));
  }

  faultNode(fault) {
    const [, , words] = KINDS.find(([kind]) => kind === fault.kind) ?? [null, null, fault.kind];
    const remove = h("button", { type: "button", class: "button icon", "aria-label": `Remove: ${words}`, onclick: () => this.change("faults/remove", { id: fault.id }) }, icon("trash"));
    return h("li", { class: fault.spent ? "fault spent" : "fault" }, h("div", { class: "fault-words" }, h("strong", {}, words), h("span", { class: "hint" }, this.sentence(fault)), h("span", { class: "hint" }, fault.spent ? `spent after ${fault.struck}` : `struck ${fault.struck} ${fault.struck === 1 ? "time" : "times"}`)), remove);
  }

  sentence(fault) {
    const team = this.state()?.teams.find((one) => one.id === fault.workspace)?.name;
    return [
      fault.method === "*" ? "everything" : fault.method,
      team ? `in ${team}` : null,
      fault.share < 1 ? `${Math.round(fault.share * 100)} of 100` : null,
      fault.times ? `${fault.times} ${fault.times === 1 ? "time" : "times"}` : null,
      fault.seconds ? `${fault.seconds} s` : null,
    ].filter(Boolean).join(", ");
  }
}
