// What a control holds: read from Slack's state objects, and the choices its menu offers.

import { words } from "./mrkdwn.js";

/** An option as menus show it. */
export function asChoice(option, group = null) {
  return {
    value: option.value,
    label: words(option.text),
    description: option.description ? words(option.description) : "",
    text: option.text,
    url: option.url ?? null,
    group,
  };
}

/** The choices that come with a menu, in groups or not. */
export function ownChoices(element) {
  const grouped = (element.option_groups ?? []).flatMap((group) =>
    group.options.map((option) => asChoice(option, words(group.label))),
  );
  return [...(element.options ?? []).map((option) => asChoice(option)), ...grouped];
}

const SOURCES = {
  users: ({ people }) =>
    people.filter((one) => !one.deleted).map((one) => ({ value: one.id, label: one.display_name || one.name })),
  channels: ({ channels }) =>
    channels.filter((one) => !one.private).map((one) => ({ value: one.id, label: `#${one.name}` })),
  conversations: ({ channels, dms }, filter) => conversations(channels, dms, filter),
};

function conversations(channels, dms, filter) {
  const kinds = filter?.include ?? ["public", "private", "im"];
  const rooms = channels
    .filter((one) => kinds.includes(one.private ? "private" : "public"))
    .filter((one) => !(filter?.exclude_external_shared_channels && one.shared))
    .map((one) => ({ value: one.id, label: `#${one.name}` }));
  const direct = kinds.includes("im") && !filter?.exclude_bot_users ? dms : [];
  return [...rooms, ...direct.map((one) => ({ value: one.id, label: one.name }))];
}

/** "multi_users_select" → {source: "users", multiple: true}. */
export function menuKind(type) {
  const [, multi, source] = /^(multi_)?(\w+)_select$/.exec(type) ?? [];
  return { source, multiple: Boolean(multi) };
}

/** The choices of a menu of people, channels or conversations. */
export function sourceChoices(element, state) {
  const { source } = menuKind(element.type);
  return SOURCES[source](state, element.filter).map((choice) => ({ description: "", group: null, ...choice }));
}

/** What is chosen in a menu now: state first, else what the app set from the start. */
export function chosen(element, value, state) {
  const { source, multiple } = menuKind(element.type);
  const noun = { users: "user", channels: "channel", conversations: "conversation" }[source] ?? "option";
  const ending = multiple ? "s" : "";
  const current = value ? value[`selected_${noun}${ending}`] : element[`initial_${noun}${ending}`];
  const list = multiple ? (current ?? []) : current ? [current] : [];
  if (noun === "option") return list.map((option) => asChoice(option));
  const known = new Map(sourceChoices(element, state).map((choice) => [choice.value, choice]));
  return list.map((id) => known.get(id) ?? { value: id, label: id, description: "", group: null });
}

/** What is ticked among checkboxes or radio buttons, as values. */
export function ticked(element, value) {
  if (element.type === "checkboxes") {
    const options = value ? (value.selected_options ?? []) : (element.initial_options ?? []);
    return options.map((option) => option.value);
  }
  const option = value ? value.selected_option : element.initial_option;
  return option ? [option.value] : [];
}

/** The words a text input starts with. */
export function written(element, value) {
  return (value ? value.value : element.initial_value) ?? "";
}

const PICKED = { datepicker: "date", timepicker: "time", datetimepicker: "date_time" };

/** The day, time or moment a picker starts with. */
export function picked(element, value) {
  const name = PICKED[element.type];
  return (value ? value[`selected_${name}`] : element[`initial_${name}`]) ?? null;
}
