// Moments as the person sees them: in their zone and language, by the sandbox's clock.

const FORMATS = new Map(); // making one takes a hundred times longer than using it

/** The formatter of a language with these options, made once. */
function formatFor(locale, options) {
  const name = JSON.stringify([locale, options]);
  if (!FORMATS.has(name)) FORMATS.set(name, new Intl.DateTimeFormat(locale, options));
  return FORMATS.get(name);
}

/** How far a zone is ahead of UTC at a moment, in milliseconds. */
function offsetOf(epochMs, zone) {
  const parts = formatFor("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(new Date(epochMs));
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  const shown = Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
  return shown - Math.floor(epochMs / 1000) * 1000;
}

/** "2026-11-27T16:00" on the wall of a zone, as epoch milliseconds. */
export function fromWall(wall, zone) {
  const asUtc = Date.parse(`${wall}${wall.length === 16 ? ":00" : ""}Z`);
  const guess = asUtc - offsetOf(asUtc, zone);
  return asUtc - offsetOf(guess, zone);
}

/** Epoch milliseconds as "2026-11-27T16:00" on the wall of a zone. */
export function toWall(epochMs, zone) {
  return new Date(epochMs + offsetOf(epochMs, zone)).toISOString().slice(0, 16);
}

/** The next such weekday (0 is Sunday) at that time on the wall of a zone, after this moment. */
export function nextAt(epochMs, zone, weekday, hour) {
  for (let day = 0; day <= 8; day += 1) {
    const wall = toWall(epochMs + day * 86_400_000, zone).slice(0, 10);
    const at = fromWall(`${wall}T${hour}`, zone);
    if (new Date(`${wall}T00:00Z`).getUTCDay() === weekday && at > epochMs) return at;
  }
  return epochMs;
}

/** British English has "Sept" in the tables of browsers; Slack and most people write "Sep" beside "Oct". */
export function short(words) {
  return words.replace(/\bSept\b/, "Sep");
}

/** The reader of dates: their zone, their language and what time it is for them. */
export class Reader {
  constructor({ zone, locale, now }) {
    this.zone = zone || "UTC";
    this.locale = /^en\b/.test(locale ?? "") ? locale : "en-GB"; // the page's words are English
    this.now = now; // () => epoch milliseconds
  }

  format(epochMs, options) {
    return short(formatFor(this.locale, { timeZone: this.zone, ...options }).format(epochMs));
  }

  time(epochMs) {
    return this.format(epochMs, { timeStyle: "short" });
  }

  /** Whole days between today and the day of a moment, on this reader's wall. */
  daysAway(epochMs) {
    const day = (moment) => Date.parse(`${toWall(moment, this.zone).slice(0, 10)}T00:00Z`);
    return Math.round((day(epochMs) - day(this.now())) / 86_400_000);
  }

  /** The day so many days from now on this reader's wall, "2026-11-30". */
  today(ahead = 0) {
    const day = Date.parse(`${toWall(this.now(), this.zone).slice(0, 10)}T00:00Z`);
    return new Date(day + ahead * 86_400_000).toISOString().slice(0, 10);
  }

  pretty(epochMs, otherwise) {
    const names = { "-1": "yesterday", 0: "today", 1: "tomorrow" };
    return names[this.daysAway(epochMs)] ?? otherwise;
  }

  /** The time without "am" and "pm", for narrow places. */
  brief(epochMs) {
    return this.time(epochMs).replace(/\s?[ap]m$/i, "");
  }

  /** How long ago in words, as below a thread: "2 hours ago", "yesterday at 16:00". */
  since(epochMs) {
    const away = this.daysAway(epochMs);
    if (away === 0 && this.now() - epochMs < 60_000) return "just now";
    if (away === 0) return this.ago(epochMs);
    if (away === -1) return `yesterday at ${this.time(epochMs)}`;
    return away > -7 ? this.ago(epochMs) : this.format(epochMs, { day: "numeric", month: "short", year: "numeric" });
  }

  divider(epochMs) {
    const named = this.pretty(epochMs, null);
    if (named) return named[0].toUpperCase() + named.slice(1);
    return this.format(epochMs, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  }

  full(epochMs) {
    const day = this.format(epochMs, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
    return `${day}, ${this.time(epochMs)}`;
  }

  ago(epochMs) {
    const seconds = Math.round((epochMs - this.now()) / 1000);
    const relative = new Intl.RelativeTimeFormat(this.locale, { numeric: "always" });
    const units = [["day", 86_400], ["hour", 3600], ["minute", 60]];
    const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
    return relative.format(Math.round(seconds / size), unit);
  }

  /** A date in words. English of America has its days as ordinals there, as Slack has. */
  worded(epochMs, options) {
    if (this.locale !== "en-US" || options.month !== "long") return this.format(epochMs, options);
    const parts = formatFor(this.locale, { timeZone: this.zone, ...options }).formatToParts(epochMs);
    return parts.map(({ type, value }) => (type === "day" ? ordinal(Number(value)) : value)).join("");
  }

  /** Fills Slack's tokens: https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
  fill(template, epochMs) {
    return template.replace(/\{([a-z_]+)\}/g, (token, name, at) => {
      const words = this.token(name, epochMs);
      if (words === null) return token;
      return at === 0 && /_pretty$/.test(name) ? words[0].toUpperCase() + words.slice(1) : words;
    });
  }

  /** One token's words, null for a token Slack does not know. */
  token(name, epochMs) {
    const long = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
    const full = { day: "numeric", month: "long", year: "numeric" };
    const short = { day: "numeric", month: "short", year: "numeric" };
    const thisYear = toWall(epochMs, this.zone).slice(0, 4) === toWall(this.now(), this.zone).slice(0, 4);
    const yearless = (options) => (thisYear ? { ...options, year: undefined } : options);
    const pretty = (options) => this.pretty(epochMs, this.worded(epochMs, options));
    const tokens = {
      date_num: () => toWall(epochMs, this.zone).slice(0, 10),
      date_slash: () => this.format(epochMs, { day: "2-digit", month: "2-digit", year: "numeric" }),
      date: () => this.worded(epochMs, yearless(full)),
      date_pretty: () => pretty(yearless(full)),
      date_short: () => this.worded(epochMs, short),
      date_short_pretty: () => pretty(short),
      date_long: () => this.worded(epochMs, long),
      date_long_full: () => this.format(epochMs, full),
      date_long_pretty: () => pretty(long),
      day_divider_pretty: () => pretty(yearless(long)),
      time: () => this.time(epochMs),
      time_secs: () => this.format(epochMs, { timeStyle: "medium" }),
      ago: () => this.ago(epochMs),
    };
    return tokens[name]?.() ?? null;
  }
}

function ordinal(day) {
  const ending = { one: "st", two: "nd", few: "rd", other: "th" }[new Intl.PluralRules("en", { type: "ordinal" }).select(day)];
  return `${day}${ending}`;
}
