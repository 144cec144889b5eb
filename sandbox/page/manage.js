// What a developer can make happen to channels, people and the installation, so that the app is told.

import { fill, h, uniqueId } from "./dom.js";
import { toast } from "./toasts.js";

/** The acts on the conversation that is open. */
export function channelActs(column) {
  const { room, state } = column;
  const app = state.app.name;
  const act = (what) => () => column.attempt(() => column.api.post("channel", { channel: room.id, act: what }));
  return [
    room.member ? { name: "Leave channel", note: "member_left_channel", act: act("leave") } : { name: "Join channel", note: "member_joined_channel", act: act("join") },
    room.with_bot ? { name: `Remove ${app}`, note: room.private ? "group_left" : "channel_left", danger: true, act: act("remove_app") } : { name: `Add ${app}`, note: "member_joined_channel", act: act("add_app") },
    room.archived ? { name: "Unarchive channel", note: "channel_unarchive", act: act("unarchive") } : { name: "Archive channel", note: "channel_archive", danger: true, act: act("archive") },
    { name: "Rename…", note: "channel_rename", act: () => ask({ title: `Rename #${room.name}`, fields: [["name", "Name", room.name]], done: ({ name }) => column.attempt(() => column.api.post("channel", { channel: room.id, act: "rename", name })) }) },
  ];
}

/** The acts on somebody in the list of people. */
export function personActs(one, app) {
  const { main } = app;
  const change = (changes) => main.attempt(() => main.api.post("person", { person: one.id, changes }));
  const isMe = one.id === main.state.me.id;
  if (one.deleted) return [{ name: "Reactivate", note: "user_change", act: () => change({ deleted: false }) }];
  return [
    ...(isMe ? [] : [{ name: `Become ${one.display_name}`, act: () => app.become(one.id) }, { name: "Show beside", act: () => app.addBeside({ team: main.state.team.id, as: one.id }) }]),
    { name: "Change name, e-mail, zone…", note: "user_change", act: () => askPerson(one, change) },
    { name: one.is_admin ? "Make a plain member" : "Make admin", note: "user_change", act: () => change({ is_admin: !one.is_admin }) },
    { name: one.is_restricted ? "Make a full member" : "Make guest", note: "user_change", act: () => change({ is_restricted: !one.is_restricted }) },
    ...(isMe ? [] : [{ name: "Deactivate", note: "user_change", danger: true, act: () => change({ deleted: true }) }]),
  ];
}

/** The acts on the workspace. */
export function teamActs(app) {
  const { main } = app;
  const { state } = main;
  return [
    { name: `About ${state.app.name}…`, note: "Install, uninstall, revoke", act: () => main.openApp("about") },
    ...(state.app.install_url ? [{ name: "Install in another workspace…", act: () => window.open(state.app.install_url, "_blank", "noopener") }] : []),
    { name: "Create a channel…", note: "channel_created", act: () => ask({ title: "Create a channel", fields: [["name", "Name", ""]], done: ({ name }) => made(main, "channels/add", { name }) }) },
    { name: "Invite a person…", note: "team_join", act: () => askNewcomer(main) },
  ];
}

function askPerson(one, change) {
  ask({
    title: `Change ${one.display_name}`,
    fields: [["real_name", "Name", one.real_name], ["email", "E-mail", one.email, "email"], ["tz", "Time zone", one.tz, "zone"], ["title", "Title", one.title ?? ""]],
    done: (values) => change(values),
  });
}

function askNewcomer(main) {
  const { tz } = main.state.me;
  ask({
    title: "Invite a person",
    fields: [["name", "Name", ""], ["email", "E-mail", "", "email"], ["tz", "Time zone", tz, "zone"]],
    done: (values) => made(main, "people/add", values),
  });
}

async function made(main, path, values) {
  const answer = await main.attempt(() => main.api.post(path, values));
  if (answer.ok !== false) toast(`${values.name} is there.`);
  return answer;
}

/** A small form in a dialog. `fields` = [[name, label, value, kind]]; `done(values)` answers {ok, message}. */
function ask({ title, fields, done }) {
  const titleId = uniqueId("ask");
  const inputs = fields.map(([name, , value, kind]) => inputOf(name, value, kind));
  const problem = h("p", { class: "notice error", role: "alert", hidden: true });
  const rows = fields.map(([, label], index) => h("label", { class: "field" }, h("span", { class: "label" }, label), inputs[index]));
  const close = () => dialog.close();
  const form = h(
    "form",
    { onsubmit: (event) => (event.preventDefault(), submit()) },
    h("h2", { id: titleId }, title),
    h("div", { class: "ask-fields" }, problem, rows),
    h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: close }, "Cancel"), h("button", { type: "submit", class: "button primary" }, "Save")),
  );
  const dialog = h("dialog", { class: "confirm ask", "aria-labelledby": titleId }, form);
  const submit = async () => {
    const answer = await done(Object.fromEntries(inputs.map((input) => [input.name, input.value.trim()])));
    problem.hidden = answer.ok !== false;
    fill(problem, answer.message ?? "");
    if (answer.ok !== false) close();
  };
  showOver(dialog);
}

function inputOf(name, value, kind) {
  if (kind !== "zone") return h("input", { type: kind ?? "text", name, value, required: name !== "title", maxlength: 80 });
  const zones = Intl.supportedValuesOf("timeZone");
  const all = zones.includes(value) ? zones : [value, ...zones];
  return h("select", { name, class: "picker" }, all.map((zone) => h("option", { value: zone, selected: zone === value }, zone)));
}

/** Shows a dialog over the page; it goes from the page when closed, the focus back where it was. */
export function showOver(dialog) {
  const before = document.activeElement;
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.focus?.();
  });
  dialog.showModal();
}
