// The controls of Block Kit. Each is a node; those that hold a value have `read()` on it.
//
// `env` is where a control stands: {block, element, value, inForm, labels, context, actor}.
// `actor` does what the person does: press(env, value), fill(env, value), suggest(env, query).

import { Combobox } from "./combobox.js";
import { confirmed } from "./confirm.js";
import { debounced, h, safeUrl, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { textNodes, words } from "./mrkdwn.js";
import { fromWall, toWall } from "./time.js";
import { asChoice, chosen, menuKind, ownChoices, picked, sourceChoices, ticked, written } from "./values.js";

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
    file_input: fileNode,
  };
  return (makers[type] ?? textInputNode)(env);
}

/** Tells the app at once, or only keeps the value when the control is part of a form. */
async function act(env, value) {
  if (env.inForm && !env.block.dispatch_action) return env.actor.fill(env, value);
  if (env.element.confirm && !(await confirmed(env.element.confirm, env.context))) return false;
  return env.actor.press(env, value);
}

async function pressed(button, env, value) {
  if (button.getAttribute("aria-busy") === "true") return;
  if (env.element.confirm && !(await confirmed(env.element.confirm, env.context))) return;
  button.setAttribute("aria-busy", "true");
  try {
    await env.actor.press(env, value);
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
    textNodes(element.text, env.context),
  );
  button.addEventListener("click", () => {
    openUrl(element.url);
    pressed(button, env);
  });
  return button;
}

function iconButtonNode(env) {
  const button = h(
    "button",
    { type: "button", class: "button quiet", "aria-label": env.element.accessibility_label },
    icon("trash"),
    textNodes(env.element.text, env.context),
  );
  button.addEventListener("click", () => pressed(button, env));
  return button;
}

function feedbackNode(env) {
  const one = (name) => {
    const half = env.element[`${name}_button`];
    const button = h(
      "button",
      { type: "button", class: "button quiet", "aria-label": half.accessibility_label },
      textNodes(half.text, env.context),
    );
    button.addEventListener("click", () => pressed(button, env, half.value));
    return button;
  };
  return h("span", { class: "feedback" }, one("positive"), one("negative"));
}

function overflowNode(env) {
  const menuId = uniqueId("menu");
  const toggle = h(
    "button",
    { type: "button", class: "button icon", "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": menuId, "aria-label": "More actions" },
    icon("dots"),
  );
  const menu = h("div", { role: "menu", id: menuId, hidden: true, "aria-label": "More actions" });
  const node = h("span", { class: "overflow" }, toggle, menu);
  const close = () => {
    menu.hidden = true;
    toggle.setAttribute("aria-expanded", "false");
  };
  const item = (choice) =>
    h(
      "button",
      {
        type: "button",
        role: "menuitem",
        tabindex: -1,
        onclick: () => {
          close();
          toggle.focus();
          openUrl(choice.url);
          pressed(toggle, env, choice.value);
        },
      },
      choice.label,
      choice.description ? h("span", { class: "option-description" }, choice.description) : null,
    );
  menu.append(...env.element.options.map((option) => item(asChoice(option))));
  toggle.addEventListener("click", () => {
    menu.hidden = !menu.hidden;
    toggle.setAttribute("aria-expanded", String(!menu.hidden));
    if (!menu.hidden) menu.firstElementChild.focus();
  });
  node.addEventListener("keydown", (event) => walkMenu(event, menu, () => (close(), toggle.focus())));
  node.addEventListener("focusout", (event) => node.contains(event.relatedTarget) || close());
  return node;
}

/** Arrow keys, Home, End and Escape in an open menu. */
export function walkMenu(event, menu, leave) {
  if (menu.hidden) return;
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const goals = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  if (event.key in goals) items.at(goals[event.key] % items.length).focus();
  else if (event.key === "Escape") leave();
  else return;
  event.preventDefault();
  event.stopPropagation();
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
  if (!labels.id && labels.name) input.setAttribute("aria-label", labels.name);
  if (labels.required) input.setAttribute("aria-required", "true");
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
  const row = (option) =>
    h(
      "label",
      { class: "tick" },
      h("input", {
        type: kind,
        name,
        value: option.value,
        checked: on.includes(option.value),
        "aria-describedby": env.labels.describedBy,
        onchange: () => act(env, read()),
      }),
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

const PICKERS = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" };

function pickerNode(env) {
  const { element, context } = env;
  const zone = context.reader.zone;
  const withMoment = element.type === "datetimepicker";
  const start = picked(element, env.value);
  const shown = withMoment && start ? toWall(start * 1000, zone) : (start ?? "");
  const input = h("input", { type: PICKERS[element.type], value: shown, class: "picker" });
  input.read = () => (withMoment && input.value ? fromWall(input.value, zone) / 1000 : input.value || null);
  input.addEventListener("change", async () => {
    if ((await act(env, input.read())) === false) input.value = shown;
  });
  const name = words(element.placeholder) || { date: "Date", time: "Time" }[input.type] || "Date and time";
  describe(input, { labels: { name, ...env.labels } });
  if (!env.labels.id && !env.labels.name) input.setAttribute("aria-label", name);
  return input;
}

const INPUTS = { email_text_input: "email", url_text_input: "url" };

function textInputNode(env) {
  const { element } = env;
  const tall = element.multiline || element.type === "rich_text_input";
  const attributes = {
    placeholder: words(element.placeholder) || null,
    maxlength: element.max_length,
    "aria-label": env.labels.id ? null : env.labels.name,
    autocomplete: "off",
    ...(tall
      ? { rows: element.min_lines ?? 4 }
      : { type: INPUTS[element.type] ?? "text", inputmode: element.type === "number_input" ? "decimal" : null }),
  };
  const input = h(tall ? "textarea" : "input", attributes);
  input.value = written(element, env.value);
  input.read = () => input.value || null;
  input.addEventListener("change", () => env.actor.fill(env, input.read()));
  describe(input, env);
  if (env.block.dispatch_action) dispatching(input, env);
  return input;
}

function dispatching(input, env) {
  const when = env.element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const tell = () => env.actor.press(env, input.read());
  if (when.includes("on_character_entered")) input.addEventListener("input", debounced(300, tell));
  if (!when.includes("on_enter_pressed")) return;
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    tell();
  });
}

function fileNode(env) {
  const input = h("input", { type: "file", disabled: true });
  describe(input, env);
  const node = h("div", {}, input, h("p", { class: "hint" }, "Files cannot be uploaded in the sandbox."));
  node.read = () => null;
  return node;
}
