// The page's own signs, drawn, so that they need no font.

import { svg } from "./dom.js";

const PATHS = {
  lock: "M4 7V5a4 4 0 0 1 8 0v2h1v7H3V7zm2 0h4V5a2 2 0 0 0-4 0z",
  eye: "M8 3C4 3 1 8 1 8s3 5 7 5 7-5 7-5-3-5-7-5zm0 8a3 3 0 1 1 0-6 3 3 0 0 1 0 6zm0-1.6a1.4 1.4 0 1 0 0-2.8 1.4 1.4 0 0 0 0 2.8z",
  trash: "M6 1h4v1h4v2H2V2h4zM3 5h10l-1 10H4z",
  home: "M8 1 1 7h2v7h4v-4h2v4h4V7h2z",
  chat: "M1 2h14v9H8l-4 4v-4H1z",
  send: "M1 1l14 7-14 7 2-7z",
  back: "M11 1 4 8l7 7 1.5-1.5L7 8l5.5-5.5z",
  cross: "M2 3.4 3.4 2 8 6.6 12.6 2 14 3.4 9.4 8l4.6 4.6-1.4 1.4L8 9.4 3.4 14 2 12.6 6.6 8z",
  dots: "M3 6.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3zm5 0a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3zm5 0a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z",
};

export function icon(name) {
  return svg("svg", { class: "sign", viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: PATHS[name] }));
}
