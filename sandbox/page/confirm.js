// The question some controls ask before they act.

import { h, uniqueId } from "./dom.js";
import { textNodes } from "./mrkdwn.js";

/** Asks; answers true when the person confirms. Escape and the deny button answer false. */
export function confirmed(question, context) {
  const titleId = uniqueId("confirm");
  const yes = h("button", { type: "submit", value: "yes", class: `button ${question.style ?? "primary"}` }, textNodes(question.confirm, context));
  const no = h("button", { type: "submit", value: "no", class: "button" }, textNodes(question.deny, context));
  const dialog = h(
    "dialog",
    { class: "confirm", "aria-labelledby": titleId },
    h(
      "form",
      { method: "dialog" },
      h("h2", { id: titleId }, textNodes(question.title, context)),
      h("div", { class: "confirm-text" }, textNodes(question.text, context)),
      h("div", { class: "dialog-actions" }, no, yes),
    ),
  );
  const before = document.activeElement;
  document.body.append(dialog);
  dialog.showModal();
  yes.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.focus?.();
      resolve(dialog.returnValue === "yes");
    });
  });
}
