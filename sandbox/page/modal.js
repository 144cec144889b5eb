// The person's stack of modals: only the top one is shown, in a dialog that keeps the focus.

import { fill, h, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { words } from "./mrkdwn.js";
import { ViewBody } from "./view.js";

export class ModalStack {
  /**
   * `actions` = {submit(view, values), close(view, all)}, both answer a promise; open(dialog) shows
   * it, left() is told when the last modal goes.
   */
  constructor({ context, actorFor, actions }) {
    this.context = context;
    this.actions = actions;
    this.actor = actorFor(() => ({ view_id: this.top?.id }), () => this.body.values());
    this.build();
  }

  build() {
    this.body = new ViewBody({ context: this.context, actor: this.actor, level: 3 });
    const titleId = uniqueId("modal-title");
    this.title = h("h2", { id: titleId });
    this.back = h("button", { type: "button", class: "button icon", "aria-label": "Back", onclick: () => this.close(false) }, icon("back"));
    const cross = h("button", { type: "button", class: "button icon", "aria-label": "Close", onclick: () => this.close(true) }, icon("cross"));
    this.sign = h("span", { class: "modal-sign", "aria-hidden": "true" });
    this.problem = h("p", { class: "notice error modal-trouble", role: "alert", hidden: true });
    this.cancel = h("button", { type: "button", class: "button", onclick: () => this.close(false) });
    this.submit = h("button", { type: "submit", class: "button primary" });
    const form = h(
      "form",
      { novalidate: true, onsubmit: (event) => this.submitted(event) },
      h("header", { class: "modal-head" }, this.back, this.sign, this.title, cross),
      (this.scroller = h("div", { class: "modal-body" }, this.problem, this.body.node)),
      h("footer", { class: "dialog-actions" }, this.cancel, this.submit),
    );
    this.dialog = h("dialog", { class: "modal", "aria-labelledby": titleId }, form);
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close(false);
    });
    document.body.append(this.dialog);
  }

  get opened() {
    return this.dialog.open;
  }

  /** Shows the top of the stack, or nothing. */
  show(views) {
    const before = this.top?.id;
    this.top = views.at(-1);
    if (!this.top) return this.leave();
    this.back.hidden = views.length < 2;
    this.sign.hidden = views.length > 1;
    this.dress(this.top);
    this.body.show(this.top);
    if (!this.dialog.open) this.actions.open(this.dialog);
    this.scroller.classList.toggle("scrolls", this.scroller.scrollHeight > this.scroller.clientHeight);
    if (before !== this.top.id) this.enter();
    return undefined;
  }

  dress(view) {
    const app = this.context.state().app.name;
    this.sign.textContent = [...app][0]?.toUpperCase() ?? "";
    fill(this.title, words(view.title));
    this.title.dir = "auto";
    const hasSubmit = Boolean(view.submit);
    this.submit.hidden = !hasSubmit;
    this.submit.textContent = words(view.submit) || "Submit";
    this.cancel.textContent = words(view.close) || (hasSubmit ? "Cancel" : "Close");
    this.showProblem();
  }

  enter() {
    this.scroller.scrollTop = 0;
    if (!this.body.focusFirst()) (this.top.submit ? this.submit : this.cancel).focus();
  }

  leave() {
    this.told = null;
    if (!this.dialog.open) return;
    this.dialog.close();
    this.actions.left();
  }

  /** Says what went wrong besides the view itself, until the next act. */
  tell(words) {
    this.told = words;
    this.showProblem();
  }

  showProblem() {
    const words = this.top?.error ?? this.told ?? "";
    if (this.problem.textContent !== words) this.problem.textContent = words;
    this.problem.hidden = !words;
  }

  async submitted(event) {
    event.preventDefault();
    const sent = this.top.id;
    await this.busy(() => this.actions.submit(this.top, this.body.values()), this.submit);
    if (this.top?.id === sent) this.body.focusError();
  }

  async close(all) {
    await this.busy(() => this.actions.close(this.top, all), this.cancel);
  }

  /** One thing at a time; the button pressed turns while the app thinks. */
  async busy(work, button) {
    if (this.dialog.getAttribute("aria-busy") === "true") return;
    this.dialog.setAttribute("aria-busy", "true");
    button.setAttribute("aria-busy", "true");
    try {
      await work();
    } finally {
      this.dialog.removeAttribute("aria-busy");
      button.removeAttribute("aria-busy");
    }
  }
}
