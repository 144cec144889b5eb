// Where one is, as the address of the page tells it: who, where, who stands beside, which panel.

const NAMES = ["team", "as", "channel", "tab", "thread"];

/** `#team=…&as=…&channel=…&beside=T.U.C~T.U.C&panel=inspector` → {place, beside, panel}. */
export function placeOf(hash) {
  const given = Object.fromEntries(new URLSearchParams(hash.slice(1)));
  const place = picked(given);
  const beside = (given.beside ?? "").split("~").filter(Boolean).map((words) => {
    const [team, as, channel] = words.split(".");
    return picked({ team, as, channel });
  });
  return { place, beside, panel: given.panel ?? "" };
}

export function hashOf(place, beside, panel) {
  const words = new URLSearchParams(picked(place));
  if (beside.length) words.set("beside", besideOf(beside));
  if (panel) words.set("panel", panel);
  return `#${words}`;
}

/** The people beside, as one word. */
export function besideOf(beside) {
  return beside.map(({ team, as, channel }) => [team, as, channel].map((one) => one ?? "").join(".")).join("~");
}

function picked(place) {
  return Object.fromEntries(NAMES.filter((name) => place[name]).map((name) => [name, place[name]]));
}
