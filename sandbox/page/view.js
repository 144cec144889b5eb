// The blocks of a modal or of App Home, kept up to date without losing what is being typed.

import { blockNode, showErrors, valuesIn } from "./blocks.js";
import { h, reconcile } from "./dom.js";

const FOCUSABLE = "input:not([disabled], [hidden]), textarea, [contenteditable], .dropzone button";

export class ViewBody {
  /** `level` is that of the first heading inside. */
  constructor({ context, actor, level }) {
    Object.assign(this, { context, actor, level });
    this.node = h("div", { class: "blocks" });
  }

  /** Shows a view; a view of the same id keeps its controls where the app changed nothing. */
  show(view) {
    if (this.view?.id !== view.id) this.node.replaceChildren();
    this.view = view;
    const place = { context: this.context, actor: this.actor, valueOf: (block, element) => this.valueOf(block, element), level: this.level };
    reconcile(this.node, view.blocks, {
      key: (block) => block.block_id,
      signature: (block) => JSON.stringify(block),
      render: (block, old) => keepTyped(blockNode(block, place), old),
    });
    showErrors(this.node, view.errors);
  }

  valueOf(block, element) {
    return this.view.state?.values?.[block.block_id]?.[element.action_id];
  }

  values() {
    return valuesIn(this.node);
  }

  focusFirst() {
    const asked = this.view.blocks.find((block) => block.element?.focus_on_load);
    const root = asked ? this.node.querySelector(`[data-block-id="${CSS.escape(asked.block_id)}"]`) : this.node;
    const first = root?.querySelector(FOCUSABLE);
    first?.focus();
    return Boolean(first);
  }

  /** Goes to the first input that was refused, and shows it with its label. */
  focusError() {
    const field = this.node.querySelector(".wrong");
    field?.querySelector(FOCUSABLE)?.focus({ preventScroll: true });
    field?.scrollIntoView({ block: "nearest" });
  }
}

/** An input the app drew anew keeps the person's words when it is still the same input. */
function keepTyped(fresh, old) {
  const before = old?.querySelector("[data-action-id]");
  const after = fresh.querySelector("[data-action-id]");
  if (!before || !after || before.dataset.actionId !== after.dataset.actionId) return fresh;
  const [words, place] = [typedIn(before), typedIn(after)];
  if (words && place && words.nodeName === place.nodeName) {
    if ("value" in place) place.value = words.value;
    else place.replaceChildren(...words.childNodes);
    place.dispatchEvent(new Event("input"));
  }
  if (before.matches(".file-input") && after.matches(".file-input")) after.replaceWith(before);
  return fresh;
}

/** The part of a control that holds words nobody has been told of yet. */
function typedIn(control) {
  if (control.matches(".combo, .ticks, .field-with-sign, .moment, .file-input")) return null;
  return control.matches("input, textarea") ? control : control.querySelector("input, textarea, [contenteditable]");
}
