// A small editor of rich text: what the person formats becomes a rich_text block.
// https://docs.slack.dev/reference/block-kit/block-elements/rich-text-input-element

import { h, safeUrl } from "./dom.js";
import { icon } from "./icons.js";
import { words } from "./mrkdwn.js";
import { richTextNode } from "./richtext.js";

// The browser's own editing commands: deprecated by the standard, kept by every browser, and the
// only way to keep its undo.
const TOOLS = [
  ["bold", "Bold", "bold"],
  ["italic", "Italic", "italic"],
  ["strike", "Strikethrough", "strikeThrough"],
  ["link", "Link", "createLink"],
  ["numbers", "Ordered list", "insertOrderedList"],
  ["bullets", "Bulleted list", "insertUnorderedList"],
  ["quote", "Quote", "formatBlock", "blockquote"],
  ["block", "Code block", "formatBlock", "pre"],
];

/** The editor; its value is a rich_text block, null when nothing is written. */
export function editorNode(env, describe) {
  const { element, context } = env;
  const text = h("div", { class: "editor-text", contenteditable: "true", role: "textbox", "aria-multiline": "true", dir: "auto", "data-placeholder": words(element.placeholder) || null });
  const start = env.value ? env.value.rich_text_value : element.initial_value;
  if (start) text.append(...richTextNode(start, context).childNodes);
  const tools = h("div", { class: "editor-tools", role: "toolbar", "aria-label": "Formatting" }, TOOLS.map((tool) => toolNode(tool, text)));
  const node = h("div", { class: "editor" }, tools, text);
  node.read = () => richTextOf(text);
  text.addEventListener("input", () => {
    if (!text.textContent.trim() && !text.querySelector("li")) text.replaceChildren();
  });
  text.addEventListener("paste", (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  });
  text.addEventListener("blur", () => env.actor.fill(env, node.read()));
  describe(text, env);
  return node;
}

function toolNode([sign, name, command, value], text) {
  const button = h("button", { type: "button", "aria-label": name, title: name }, icon(sign));
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    text.focus();
    const isOn = value && document.queryCommandValue(command) === value;
    const argument = command === "createLink" ? safeUrl(String(getSelection())) : isOn ? "div" : value;
    if (command !== "createLink" || argument) document.execCommand(command, false, argument);
  });
  return button;
}

const STYLES = { B: "bold", STRONG: "bold", I: "italic", EM: "italic", S: "strike", STRIKE: "strike", DEL: "strike", CODE: "code", U: "underline" };

/** What stands in an editable node, as a rich_text block. */
function richTextOf(root) {
  const parts = [];
  let run = [];
  const endRun = () => {
    while (run.length && run.at(-1).text === "\n") run.pop();
    if (run.length) parts.push({ type: "rich_text_section", elements: run });
    run = [];
  };
  for (const node of root.childNodes) {
    if (/^(UL|OL)$/.test(node.nodeName)) {
      endRun();
      parts.push(...lists(node, 0));
    } else if (node.nodeName === "BLOCKQUOTE" || node.nodeName === "PRE") {
      endRun();
      const elements = leaves(node, {});
      if (elements.length) parts.push({ type: node.nodeName === "PRE" ? "rich_text_preformatted" : "rich_text_quote", elements });
    } else {
      const isLine = /^(DIV|P)$/.test(node.nodeName);
      if (isLine && run.length && run.at(-1).text !== "\n") run.push({ type: "text", text: "\n" });
      run.push(...leaves(node, {}));
      if (isLine && node.nextSibling) run.push({ type: "text", text: "\n" });
    }
  }
  endRun();
  return parts.length ? { type: "rich_text", elements: parts } : null;
}

function lists(list, indent) {
  const parts = [];
  const part = () => ({ type: "rich_text_list", style: list.nodeName === "OL" ? "ordered" : "bullet", indent, elements: [] });
  let current = part();
  for (const item of list.children) {
    const inner = [...item.childNodes].filter((node) => /^(UL|OL)$/.test(node.nodeName));
    const own = [...item.childNodes].filter((node) => !inner.includes(node)).flatMap((node) => leaves(node, {}));
    if (!/^(UL|OL)$/.test(item.nodeName)) current.elements.push({ type: "rich_text_section", elements: own });
    const deeper = /^(UL|OL)$/.test(item.nodeName) ? [item] : inner;
    if (!deeper.length) continue;
    if (current.elements.length) parts.push(current);
    parts.push(...deeper.flatMap((one) => lists(one, indent + 1)));
    current = part();
  }
  return current.elements.length ? [...parts, current] : parts;
}

function leaves(node, style) {
  if (node.nodeType === Node.TEXT_NODE) return node.data ? [leaf(node.data, style)] : [];
  if (node.nodeName === "BR") return node.nextSibling ? [{ type: "text", text: "\n" }] : [];
  const name = STYLES[node.nodeName];
  if (node.nodeName === "A") return [{ type: "link", url: node.href, text: node.textContent, ...(Object.keys(style).length ? { style } : {}) }];
  return [...node.childNodes].flatMap((child) => leaves(child, name ? { ...style, [name]: true } : style));
}

function leaf(text, style) {
  return Object.keys(style).length ? { type: "text", text, style } : { type: "text", text };
}
