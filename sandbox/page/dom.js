// Building the page without markup in strings: data only ever becomes text or attributes.

/** Makes an element: attributes by name, `on` + event for listeners, null and false leave out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  setAll(element, attributes);
  element.append(...usable(children));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** Makes an element of a drawing. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  setAll(element, attributes);
  element.append(...usable(children));
  return element;
}

function setAll(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

function usable(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Replaces everything inside an element. */
export function fill(element, ...children) {
  element.replaceChildren(...usable(children));
}

let last = 0;

/** A name for an element that nothing else on the page has. */
export function uniqueId(prefix) {
  last += 1;
  return `${prefix}-${last}`;
}

/** Only addresses that can do no harm become links and pictures. */
export function safeUrl(url) {
  try {
    const parsed = new URL(url);
    return ["http:", "https:", "mailto:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

/** A link to somewhere else; plain words when the address is no good. */
export function link(url, ...children) {
  const href = safeUrl(url);
  if (!href) return h("span", {}, ...children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/**
 * Makes the children of an element match a list, keeping what did not change: nothing typed,
 * focused or open is lost. `render(item)` is called for what is new or has another signature.
 */
export function reconcile(parent, items, { key, signature, render, update }) {
  const wanted = new Set(items.map((item) => String(key(item))));
  const heir = heirOf(parent, wanted);
  for (const child of [...parent.children]) if (!wanted.has(child.dataset.key)) child.remove();
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    const mark = signature(item);
    let child = old.get(name);
    if (!child || child.signature !== mark) {
      const fresh = render(item, child);
      fresh.dataset.key = name;
      fresh.signature = mark;
      if (child) {
        if (child === place) place = fresh;
        replace(child, fresh);
      }
      child = fresh;
    }
    update?.(child, item);
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  heir?.focus({ preventScroll: true });
}

/** Who gets the focus when the child that has it goes: the next one that can have it, else the one before. */
function heirOf(parent, wanted) {
  const children = [...parent.children];
  const at = children.findIndex((child) => child.contains(document.activeElement));
  if (at < 0 || wanted.has(children[at].dataset.key)) return null;
  const takes = (child) => wanted.has(child.dataset.key) && child.matches("[tabindex]");
  return children.slice(at).find(takes) ?? children.slice(0, at).findLast(takes) ?? parent.closest("[tabindex]");
}

/** Puts a node in the place of another; a focus inside goes to the same control, or to the node. */
function replace(old, fresh) {
  const hadFocus = old.contains(document.activeElement);
  const name = hadFocus && document.activeElement.closest("[data-action-id]")?.dataset.actionId;
  old.replaceWith(fresh);
  if (!hadFocus) return;
  const control = name && fresh.querySelector(`[data-action-id="${CSS.escape(name)}"]`);
  const target = control?.matches("button, input, textarea") ? control : control?.querySelector("button, input, textarea");
  if (!target) fresh.tabIndex = -1;
  (target ?? fresh).focus({ preventScroll: true });
}

/** Says something to screen readers without showing it. */
export function announce(words) {
  const region = document.getElementById("announcer");
  region.textContent = "";
  requestAnimationFrame(() => {
    region.textContent = words;
  });
}

/** Calls the function once things have been quiet for a moment. */
export function debounced(milliseconds, call) {
  let timer = 0;
  const later = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...values), milliseconds);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}
