// Moments as the person sees them: in their zone and language, by the sandbox's clock.

/** How far a zone is ahead of UTC at a moment, in milliseconds. */
function offsetOf(epochMs, zone) {
  const parts = new Intl.DateTimeFormat("en-US", {
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

/** The next Friday at 16:00 on the wall of a zone, after this moment. */
export function nextFriday(epochMs, zone) {
  for (let day = 0; day <= 8; day += 1) {
    const wall = toWall(epochMs + day * 86_400_000, zone).slice(0, 10);
    const at = fromWall(`${wall}T16:00`, zone);
    if (new Date(`${wall}T00:00Z`).getUTCDay() === 5 && at > epochMs) return at;
  }
  return epochMs;
}

/** The reader of dates: their zone, their language and what time it is for them. */
export class Reader {
  constructor({ zone, locale, now }) {
    this.zone = zone || "UTC";
    this.locale = /^en\b/.test(locale ?? "") ? locale : "en-GB"; // the page's words are English
    this.now = now; // () => epoch milliseconds
  }

  format(epochMs, options) {
    return new Intl.DateTimeFormat(this.locale, { timeZone: this.zone, ...options }).format(epochMs);
  }

  time(epochMs) {
    return this.format(epochMs, { timeStyle: "short" });
  }

  /** Whole days between today and the day of a moment, on this reader's wall. */
  daysAway(epochMs) {
    const day = (moment) => Date.parse(`${toWall(moment, this.zone).slice(0, 10)}T00:00Z`);
    return Math.round((day(epochMs) - day(this.now())) / 86_400_000);
  }

  pretty(epochMs, otherwise) {
    const names = { "-1": "yesterday", 0: "today", 1: "tomorrow" };
    return names[this.daysAway(epochMs)] ?? otherwise;
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

  /** Fills Slack's tokens: https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
  fill(template, epochMs) {
    const long = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
    const full = { day: "numeric", month: "long", year: "numeric" };
    const plain = { day: "numeric", month: "long" };
    const short = { day: "numeric", month: "short", year: "numeric" };
    const thisYear = toWall(epochMs, this.zone).slice(0, 4) === toWall(this.now(), this.zone).slice(0, 4);
    const tokens = {
      date_num: () => toWall(epochMs, this.zone).slice(0, 10),
      date_slash: () => this.format(epochMs, { day: "2-digit", month: "2-digit", year: "numeric" }),
      date: () => this.format(epochMs, thisYear ? plain : full),
      date_pretty: () => this.pretty(epochMs, this.format(epochMs, thisYear ? plain : full)),
      date_short: () => this.format(epochMs, short),
      date_short_pretty: () => this.pretty(epochMs, this.format(epochMs, short)),
      date_long: () => this.format(epochMs, long),
      date_long_full: () => this.format(epochMs, full),
      date_long_pretty: () => this.pretty(epochMs, this.format(epochMs, long)),
      day_divider_pretty: () =>
        this.pretty(epochMs, this.format(epochMs, thisYear ? { ...long, year: undefined } : long)),
      time: () => this.time(epochMs),
      time_secs: () => this.format(epochMs, { timeStyle: "medium" }),
      ago: () => this.ago(epochMs),
    };
    return template.replace(/\{([a-z_]+)\}/g, (token, name) => tokens[name]?.() ?? token);
  }
}
