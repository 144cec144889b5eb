// The controls of Block Kit. Each is a node; those that hold a value have `read()` on it.
//
// `env` is where a control stands: {block, element, value, inForm, labels, context, actor}.
// `actor` does what the person does: press(env, value), fill(env, value), suggest(env, query),
// upload(files).

import { Combobox } from "./combobox.js";
import { confirmed } from "./confirm.js";
import { h, safeUrl, uniqueId } from "./dom.js";
import { editorNode } from "./editor.js";
import { fileInputNode } from "./fileinput.js";
import { icon } from "./icons.js";
import { menuButton } from "./menus.js";
import { textNodes, words } from "./mrkdwn.js";
import { DayField, MomentField, TimeField } from "./pickers.js";
import { textInputNode } from "./textinput.js";
import { asChoice, chosen, menuKind, ownChoices, picked, sourceChoices, ticked } from "./values.js";

/** Any interactive element, as a node with data about what it is. */
export function controlNode(env) {
  const node = build(env);
  node.dataset.actionId = env.element.action_id ?? "";
  node.classList.add("control");
  return node;
}

function build(env) {
  const { type } = env.element;
  if (type.endsWith("_select")) return menuNode(env);
  const makers = {
    button: buttonNode,
    workflow_button: buttonNode,
    icon_button: iconButtonNode,
    feedback_buttons: feedbackNode,
    overflow: overflowNode,
    checkboxes: ticksNode,
    radio_buttons: ticksNode,
    datepicker: pickerNode,
    timepicker: pickerNode,
    datetimepicker: pickerNode,
    file_input: (one) => fileInputNode(one, describe),
    rich_text_input: (one) => editorNode(one, describe),
  };
  return (makers[type] ?? ((one) => textInputNode(one, describe)))(env);
}

/** Tells the app at once, or only keeps the value when the control is part of a form. */
async function act(env, value) {
  if (env.inForm && !env.block.dispatch_action) return env.actor.fill(env, value);
  if (env.element.confirm && !(await confirmed(env.element.confirm, env.context))) return false;
  return env.actor.press(env, value);
}

async function pressed(button, env, value) {
  if (button.getAttribute("aria-busy") === "true") return false;
  if (env.element.confirm && !(await confirmed(env.element.confirm, env.context))) return false;
  button.setAttribute("aria-busy", "true");
  try {
    return await env.actor.press(env, value);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

function openUrl(url) {
  const href = url && safeUrl(url);
  if (href) window.open(href, "_blank", "noopener");
}

function buttonNode(env) {
  const { element } = env;
  const button = h(
    "button",
    { type: "button", class: `button ${element.style ?? ""}`, "aria-label": element.accessibility_label },
    element.type === "workflow_button" ? icon("play") : null,
    textNodes(element.text, env.context),
  );
  button.addEventListener("click", () => {
    openUrl(element.url ?? element.workflow?.trigger?.url);
    pressed(button, env);
  });
  return button;
}

function iconButtonNode(env) {
  const label = env.element.accessibility_label ?? words(env.element.text);
  const button = h("button", { type: "button", class: "button quiet", "aria-label": label, "data-tip": words(env.element.text) }, icon("trash"));
  button.addEventListener("click", () => pressed(button, env));
  return button;
}

function feedbackNode(env) {
  const halves = [["positive", "thumbUp"], ["negative", "thumbDown"]].map(([name, sign]) => feedbackHalf(env, name, sign));
  for (const button of halves) {
    button.addEventListener("click", async () => {
      if (!(await pressed(button, env, button.value))) return;
      for (const other of halves) other.setAttribute("aria-pressed", String(other === button));
    });
  }
  return h("span", { class: "feedback", role: "group", "aria-label": "Feedback" }, halves);
}

function feedbackHalf(env, name, sign) {
  const half = env.element[`${name}_button`];
  const told = words(half.text);
  return h("button", { type: "button", class: "button quiet", value: half.value, "aria-label": half.accessibility_label ?? told, "aria-pressed": "false", "data-tip": told }, icon(sign));
}

function overflowNode(env) {
  const choose = (choice) => {
    openUrl(choice.url);
    pressed(node.toggle, env, choice.value);
  };
  const items = () => env.element.options.map((option) => asChoice(option)).map((choice) => ({ name: choice.label, note: choice.description, act: () => choose(choice) }));
  const node = menuButton({ label: "More actions", items, end: false });
  node.classList.add("overflow");
  return node;
}

function menuNode(env) {
  const { element, context } = env;
  const { source, multiple } = menuKind(element.type);
  const asks = source === "external";
  const own = source === "static" ? () => ownChoices(element) : () => sourceChoices(element, context.state());
  const placeholder = words(element.placeholder) || (multiple ? "Choose options" : "Choose an option");
  const menu = new Combobox({
    name: env.labels.id ? null : env.labels.name || placeholder,
    placeholder,
    multiple,
    selected: chosen(element, env.value, context.state()),
    clearable: env.inForm && !env.labels.required,
    asks,
    least: element.min_query_length ?? 3,
    most: element.max_selected_items,
    load: asks ? (query) => suggestions(env, query) : async () => ({ options: own() }),
    changed: () => act(env, menu.multiple ? menu.values : (menu.values[0] ?? null)),
  });
  describe(menu.input, env);
  menu.node.read = () => (multiple ? menu.values : (menu.values[0] ?? null));
  return menu.node;
}

async function suggestions(env, query) {
  const answer = await env.actor.suggest(env, query);
  const options = answer.options.map((option) => ({
    description: "",
    ...option,
    label: words(option.text),
    group: option.group || null,
  }));
  return { options, error: answer.error };
}

/** Ties a form control to its label, hint and error. */
function describe(input, { labels }) {
  if (labels.id) input.id = labels.id;
  if (labels.describedBy) input.setAttribute("aria-describedby", labels.describedBy);
  if (labels.name && (!labels.id || !input.matches("input, textarea, button"))) input.setAttribute("aria-label", labels.name);
  if (labels.required && !input.matches("button")) input.setAttribute("aria-required", "true");
}

function ticksNode(env) {
  const { element, context } = env;
  const kind = element.type === "checkboxes" ? "checkbox" : "radio";
  const name = uniqueId(kind);
  const on = ticked(element, env.value);
  const read = () => {
    const values = [...node.querySelectorAll("input:checked")].map((input) => input.value);
    return kind === "checkbox" ? values : (values[0] ?? null);
  };
  const changed = async (input) => {
    if ((await act(env, read())) !== false) return;
    for (const one of node.querySelectorAll("input")) one.checked = on.includes(one.value);
    input.focus();
  };
  const row = (option) =>
    h(
      "label",
      { class: "tick" },
      h("input", { type: kind, name, value: option.value, checked: on.includes(option.value), "aria-describedby": env.labels.describedBy, onchange: (event) => changed(event.target) }),
      h(
        "span",
        {},
        textNodes(option.text, context),
        option.description ? h("span", { class: "option-description" }, textNodes(option.description, context)) : null,
      ),
    );
  const role = kind === "checkbox" ? "group" : "radiogroup";
  const node = h("div", { class: "ticks", role, "aria-label": env.labels.name }, element.options.map(row));
  node.read = read;
  return node;
}

const FIELDS = { datepicker: DayField, timepicker: TimeField, datetimepicker: MomentField };
const UNNAMED = { datepicker: "Date", timepicker: "Time", datetimepicker: "Date and time" };

function pickerNode(env) {
  const { element, context } = env;
  const field = new FIELDS[element.type]({
    reader: () => context.reader,
    start: picked(element, env.value),
    placeholder: words(element.placeholder),
    changed: (value) => act(env, value || null),
  });
  const name = env.labels.name ?? (words(element.placeholder) || UNNAMED[element.type]);
  describe(field.input, { labels: { ...env.labels, name } });
  field.time?.input.setAttribute("aria-label", `${name}: time`);
  field.node.read = () => field.read() || null;
  return field.node;
}
