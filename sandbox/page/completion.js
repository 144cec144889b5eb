// What may be completed where one writes: commands of the app, people, channels, emoji.

import { emoji, emojiNames } from "./emoji.js";

const MOST = 8; // suggestions shown at once
const EVERYBODY = [["here", "Notify everyone who is online"], ["channel", "Notify everyone in this channel"]];

/** The suggestions for what stands before the cursor: [{from, text, title, hint, note, drawn}]. */
export function offersFor(before, state) {
  const command = /^\/(\S*)$/.exec(before);
  if (command) return commands(before, state.app).slice(0, MOST);
  const sign = /(?:^|\s)([@#:])([\w.+'-]*)$/.exec(before);
  if (!sign || (sign[1] === ":" && sign[2].length < 2)) return [];
  const [, mark, sought] = sign;
  const from = before.length - sought.length - 1;
  const found = { "@": people, "#": channels, ":": faces }[mark](sought.toLocaleLowerCase(), state);
  return found.slice(0, MOST).map((one) => ({ from, ...one }));
}

/** The command that is typed whole, and what the app says it takes; null when there is none. */
export function usageOf(text, app) {
  const typed = /^(\/\S+)\s/.exec(text);
  return typed ? (app.commands.find((one) => one.command === typed[1]) ?? null) : null;
}

function commands(before, app) {
  return app.commands
    .filter((one) => one.command.startsWith(before))
    .map((one) => ({ from: 0, text: `${one.command} `, title: one.command, hint: one.usage_hint, note: one.description, app: app.name }));
}

function people(sought, state) {
  const known = state.people
    .filter((one) => !one.deleted && `${one.name} ${one.real_name}`.toLocaleLowerCase().includes(sought))
    .map((one) => ({ text: `@${one.name} `, title: one.real_name || one.display_name, note: one.is_bot ? "App" : `@${one.name}` }));
  const all = EVERYBODY.filter(([name]) => name.startsWith(sought)).map(([name, note]) => ({ text: `@${name} `, title: `@${name}`, note }));
  return [...known, ...all];
}

function channels(sought, state) {
  return state.channels
    .filter((one) => one.kind === "channel" && one.name.toLocaleLowerCase().includes(sought))
    .map((one) => ({ text: `#${one.name} `, title: `#${one.name}`, note: one.topic }));
}

function faces(sought) {
  const names = emojiNames().filter((name) => name.includes(sought));
  const best = names.sort((a, b) => Number(b.startsWith(sought)) - Number(a.startsWith(sought)));
  return best.map((name) => ({ text: `:${name}: `, title: `:${name}:`, note: "", drawn: emoji(name) }));
}
