// Inputs for words, numbers and addresses, with a count of what is left.

import { debounced, h } from "./dom.js";
import { words } from "./mrkdwn.js";
import { written } from "./values.js";

const MODES = { email_text_input: "email", url_text_input: "url", number_input: "decimal" };

/** A text input of a form. `env` as in controls.js; `describe` ties it to its label. */
export function textInputNode(env, describe) {
  const { element } = env;
  const tall = Boolean(element.multiline);
  const mode = element.type === "number_input" && !element.is_decimal_allowed ? "numeric" : MODES[element.type];
  const input = h(tall ? "textarea" : "input", {
    placeholder: words(element.placeholder) || null,
    autocomplete: "off",
    dir: "auto",
    inputmode: mode,
    ...(tall ? { rows: 4 } : { type: "text" }),
  });
  input.value = written(element, env.value);
  input.read = () => input.value || null;
  input.addEventListener("change", () => env.actor.fill(env, input.read()));
  describe(input, env);
  if (env.block.dispatch_action) dispatching(input, env);
  return element.max_length ? counted(input, element.max_length, tall) : input;
}

/** Slack lets one type beyond the limit, says by how much, and refuses to submit. Far from it there is nothing to say. */
function counted(input, most, tall) {
  const counter = h("span", { class: "counter", "aria-hidden": "true" });
  const count = () => {
    const left = most - [...input.value].length;
    counter.textContent = String(left);
    counter.hidden = left > Math.max(most / 5, 20);
    counter.classList.toggle("over", left < 0);
  };
  input.addEventListener("input", count);
  count();
  const node = h("div", { class: tall ? "counted tall" : "counted" }, input, counter);
  node.read = input.read;
  return node;
}

function dispatching(input, env) {
  const when = env.element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const tell = () => env.actor.press(env, input.read());
  if (when.includes("on_character_entered")) input.addEventListener("input", debounced(300, tell));
  if (!when.includes("on_enter_pressed")) return;
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    tell();
  });
}
