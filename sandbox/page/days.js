// Days and times of day as people of a language write them.

import { short } from "./time.js";

/** The day of a moment on a wall, "2026-11-30", as its reader writes it: "30 Nov 2026". */
export function dayWords(day, reader) {
  if (!day) return "";
  const options = { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" };
  return short(new Intl.DateTimeFormat(reader.locale, options).format(Date.parse(`${day}T00:00Z`)));
}

/** "16:00" as its reader writes it: "16:00" or "4:00 pm". */
export function timeWords(time, reader) {
  if (!time) return "";
  return new Intl.DateTimeFormat(reader.locale, { timeZone: "UTC", timeStyle: "short" }).format(Date.parse(`2000-01-01T${time}Z`));
}

/** Reads a day out of what a person typed: ISO, numbers in their order, month names; else null. */
export function dayIn(text, reader) {
  const words = text.trim().toLowerCase();
  const named = { today: 0, tomorrow: 1, yesterday: -1 }[words];
  if (named !== undefined) return reader.today(named);
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(words);
  if (iso) return checked(iso[1], iso[2], iso[3]);
  const numbers = /^(\d{1,2})[./\s-](\d{1,2})(?:[./\s-](\d{2}|\d{4}))?$/.exec(words);
  if (numbers) return ordered(numbers, reader);
  return withMonthName(words, reader);
}

function ordered([, first, second, year], reader) {
  const dayFirst = order(reader.locale).indexOf("day") < order(reader.locale).indexOf("month");
  const [day, month] = dayFirst ? [first, second] : [second, first];
  return checked(fullYear(year, reader), month, day);
}

function order(locale) {
  return new Intl.DateTimeFormat(locale).formatToParts(0).map(({ type }) => type);
}

function fullYear(year, reader) {
  if (!year) return reader.today(0).slice(0, 4);
  return year.length === 2 ? `20${year}` : year;
}

function withMonthName(words, reader) {
  const name = /\p{L}{3,}/u.exec(words)?.[0];
  const month = name ? monthNames(reader.locale).findIndex((long) => long.startsWith(name)) + 1 : 0;
  const day = /(?:^|[^\d])(\d{1,2})(?:st|nd|rd|th|\.)?(?:[^\d]|$)/.exec(words)?.[1];
  if (!month || !day) return null;
  return checked(/\d{4}/.exec(words)?.[0] ?? reader.today(0).slice(0, 4), month, day);
}

function monthNames(locale) {
  const format = new Intl.DateTimeFormat(locale, { month: "long", timeZone: "UTC" });
  return Array.from({ length: 12 }, (_, month) => format.format(Date.UTC(2000, month, 15)).toLowerCase());
}

function checked(year, month, day) {
  const written = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
  const moment = new Date(`${written}T00:00Z`);
  return Number.isNaN(moment.getTime()) || moment.toISOString().slice(0, 10) !== written ? null : written;
}

/** Reads a time of day out of what a person typed: 16:00, 1600, 4pm, 4.30 pm; else null. */
export function timeIn(text) {
  const found = /^(\d{1,2})(?:[:.h\s]?([0-5]\d))?\s*(am|pm|a|p)?\.?$/i.exec(text.trim().replace(/\u202f/g, " ").replace(/([ap])\.m\.?/i, "$1m"));
  if (!found) return null;
  const [, hours, minutes = "00", half] = found;
  let hour = Number(hours);
  if (half && (hour < 1 || hour > 12)) return null;
  if (half) hour = (hour % 12) + (/^p/i.test(half) ? 12 : 0);
  return hour > 23 ? null : `${String(hour).padStart(2, "0")}:${minutes}`;
}

/** The weeks a calendar shows for a month: rows of seven days "YYYY-MM-DD". */
export function weeksOf(month, locale) {
  const first = new Date(`${month}-01T00:00Z`);
  const start = firstWeekday(locale);
  const lead = (first.getUTCDay() - start + 7) % 7;
  const days = Array.from({ length: 42 }, (_, index) => new Date(first.getTime() + (index - lead) * 86_400_000).toISOString().slice(0, 10));
  const weeks = Array.from({ length: 6 }, (_, row) => days.slice(row * 7, row * 7 + 7));
  return weeks.filter((week) => week.some((day) => day.startsWith(month)));
}

/** 0 for Sunday. */
function firstWeekday(locale) {
  const place = new Intl.Locale(locale);
  const info = place.getWeekInfo?.() ?? place.weekInfo;
  return info ? info.firstDay % 7 : /US$/.test(locale) ? 0 : 1;
}

/** The month so many months after one: "2026-12" → "2027-01". */
export function monthAfter(month, by) {
  const [year, number] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}

/** The day so many days after one. */
export function dayAfter(day, by) {
  return new Date(Date.parse(`${day}T00:00Z`) + by * 86_400_000).toISOString().slice(0, 10);
}
