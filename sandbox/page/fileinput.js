// The file input of a modal: drop, choose, see what is chosen, take away again.

import { announce, h } from "./dom.js";
import { sized } from "./files.js";
import { icon } from "./icons.js";

const MOST = 10;

/** Holds the ids of uploaded files; `describe` ties the button to its label. */
export function fileInputNode(env, describe) {
  const { element } = env;
  const most = element.max_files ?? MOST;
  const accept = (element.filetypes ?? []).map((type) => `.${type}`).join(",");
  const held = [];
  const list = h("div", { class: "chosen-files" });
  const problem = h("p", { class: "field-error", role: "alert", hidden: true });
  const chooser = h("input", { type: "file", hidden: true, multiple: most > 1, accept: accept || null, onchange: () => take([...chooser.files]) });
  const button = h("button", { type: "button", class: "button", onclick: () => chooser.click() }, icon("upload"), most > 1 ? "Add files" : "Add a file");
  const zone = h("div", { class: "dropzone" }, h("span", {}, "Drop files here or"), button, chooser);
  const node = h("div", { class: "file-input" }, list, zone, problem);
  const say = (sentence) => {
    problem.textContent = sentence;
    problem.hidden = !sentence;
  };
  const show = () => {
    list.replaceChildren(...held.map((one) => chosenNode(one, () => drop(one))));
    zone.hidden = held.length >= most;
  };
  const changed = () => env.actor.fill(env, node.read());
  const drop = (one) => {
    held.splice(held.indexOf(one), 1);
    show();
    changed();
    (list.querySelector("button") ?? button).focus();
  };
  const take = async (files) => {
    chooser.value = "";
    const wrong = objection(files, held.length, element, most);
    say(wrong);
    if (wrong) return;
    for (const file of files) await upload(file);
    changed();
  };
  const upload = async (file) => {
    const one = { name: file.name, size: file.size, busy: true };
    held.push(one);
    show();
    try {
      Object.assign(one, uploaded(await env.actor.upload([file])), { busy: false });
      announce(`${file.name} uploaded`);
    } catch (error) {
      held.splice(held.indexOf(one), 1);
      say(`${file.name} could not be uploaded: ${error.message}`);
    }
    show();
  };
  dropping(zone, take);
  describe(button, env);
  node.read = () => held.filter((one) => one.id).map((one) => one.id);
  for (const file of env.value?.files ?? []) held.push(typeof file === "string" ? { id: file, name: file } : file);
  show();
  return node;
}

function uploaded(answer) {
  const file = answer.files?.[0] ?? answer.file ?? answer;
  if (!file.id) throw new Error(answer.message ?? "the sandbox did not keep it");
  return file;
}

/** Why these files may not be added, in words for the person; empty when they may. */
function objection(files, already, { filetypes }, most) {
  if (already + files.length > most) return most === 1 ? "Only one file can be added." : `At most ${most} files can be added.`;
  const allowed = filetypes?.map((type) => type.toLowerCase());
  const odd = allowed && files.find((file) => !allowed.includes(file.name.split(".").pop().toLowerCase()));
  return odd ? `${odd.name} is not one of these: ${allowed.join(", ")}.` : "";
}

function chosenNode({ name, title, size, busy }, drop) {
  const words = title || name;
  return h(
    "div",
    { class: "chosen-file", "aria-busy": busy ? "true" : null },
    icon("file"),
    h("span", { class: "file-words" }, h("strong", {}, words), h("span", { class: "hint" }, busy ? "Uploading…" : sized(size))),
    busy ? null : h("button", { type: "button", class: "button icon", "aria-label": `Remove ${words}`, onclick: drop }, icon("cross")),
  );
}

function dropping(zone, take) {
  const over = (isOver) => (event) => {
    event.preventDefault();
    zone.classList.toggle("over", isOver);
  };
  zone.addEventListener("dragover", over(true));
  zone.addEventListener("dragleave", over(false));
  zone.addEventListener("drop", (event) => {
    over(false)(event);
    take([...event.dataTransfer.files]);
  });
}
