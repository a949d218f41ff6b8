/** The world's time in the agency's zone, as words. */
import { currentLanguage, t } from "./strings.js";

export const ZONE = "Asia/Shanghai";

let ahead = 0;

/** The server says what time it is in its world; this browser's clock carries it on from there. */
export function setWorldTime(now) {
  ahead = now - Date.now() / 1000;
}

export function worldNow() {
  return Date.now() / 1000 + ahead;
}

const formats = new Map();

function format(kind, options) {
  const locale = currentLanguage() === "zh" ? "zh-CN" : "en-GB";
  const key = `${kind} ${locale}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options }));
  return formats.get(key);
}

/** "2018-08-06T18:00" in the zone, as date-time inputs want it. */
export function localInput(epoch) {
  const parts = format("input", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(epoch * 1000);
  const at = Object.fromEntries(parts.map((part) => [part.type, part.value]));
  return `${at.year}-${at.month}-${at.day}T${at.hour}:${at.minute}`;
}

/** A number that grows by one from day to day in the zone. */
export function dayNumber(epoch) {
  const [year, month, day] = localInput(epoch).slice(0, 10).split("-").map(Number);
  return Math.round(Date.UTC(year, month - 1, day) / 86_400_000);
}

export function clockTime(epoch) {
  return localInput(epoch).slice(11);
}

export function monthDayTime(epoch) {
  return localInput(epoch).slice(5).replace("T", " ");
}

export function wholeTime(epoch) {
  return localInput(epoch).replace("T", " ");
}

/** "Today", "Yesterday", "8月6日 星期一", with the year when it is another one. */
export function dayName(epoch) {
  const now = worldNow();
  const days = dayNumber(now) - dayNumber(epoch);
  if (days === 0) return t("today");
  if (days === 1) return t("yesterday");
  const sameYear = localInput(now).slice(0, 4) === localInput(epoch).slice(0, 4);
  const options = { month: "long", day: "numeric", weekday: "short", ...(sameYear ? {} : { year: "numeric" }) };
  return format(sameYear ? "day" : "dayOfYear", options).format(epoch * 1000);
}

/** For a list: the time when it was today, else the date. */
export function shortWhen(epoch) {
  const now = worldNow();
  if (dayNumber(now) === dayNumber(epoch)) return clockTime(epoch);
  const date = localInput(epoch).slice(0, 10);
  return date.slice(0, 4) === localInput(now).slice(0, 4) ? date.slice(5) : date;
}

/** The date in the zone, some days on: "2018-08-07". */
export function dateAfter(epoch, days) {
  return new Date((dayNumber(epoch) + days) * 86_400_000).toISOString().slice(0, 10);
}
