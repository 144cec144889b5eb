// What is half written, kept in this browser for each person and conversation.

const KEY = "sandbox-drafts";
const MOST = 200;

function all() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

export function draftOf(place) {
  return all()[place] ?? "";
}

export function keepDraft(place, text) {
  const { [place]: _, ...others } = all();
  const kept = text.trim() ? { ...others, [place]: text } : others;
  localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(Object.entries(kept).slice(-MOST))));
}
