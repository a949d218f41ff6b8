/** Rows of the log: one message or one album each, with day lines between and neighbours drawn together. */
import { openActions } from "./actions.js";
import { faceOf } from "./avatars.js";
import { bubble } from "./bubbles.js";
import { el, fill } from "./dom.js";
import { isPrivate, openChat, view } from "./store.js";
import { dayName, dayNumber } from "./time.js";

const SAME_BREATH = 300;

export const log = document.getElementById("log");

/** A row holds one message or an album; its parts are looked up when it is drawn. */
export function rowFor(message) {
  const row = el("div", {
    class: "row",
    "data-from": message.from,
    dataset: {
      date: message.date,
      kind: message.kind,
      row: message.id,
      ...(message.album ? { album: message.album } : {}),
    },
  });
  if (!message.album) row.dataset.testid = message.kind === "service" ? "" : `message-${message.id}`;
  drawRow(row, message);
  return row;
}

export function drawRow(row, message) {
  const parts = message.album
    ? [...openChat().messages.values()].filter((one) => one.album === message.album)
    : [message];
  if (parts.length === 1 && message.album) row.dataset.testid = `message-${parts[0].id}`;
  else if (message.album) delete row.dataset.testid;
  const own = message.from === view.me;
  row.className = `row${own ? " own" : ""}${message.kind === "service" ? " is-service" : ""}`;
  const face = own || isPrivate(openChat()) || message.kind === "service" ? null : faceOf(message.from, "small");
  const hadFocus = row.contains(document.activeElement) ? (document.activeElement.dataset.data ?? "") : null;
  row.classList.toggle("with-face", face !== null);
  fill(row, face, bubble(parts, openActions));
  if (hadFocus !== null)
    [...row.querySelectorAll(".inline-button")]
      .sort((a) => (a.dataset.data === hadFocus ? -1 : 1))[0]
      ?.focus({ preventScroll: true });
}

export function rowOf(message) {
  if (message.album) return log.querySelector(`.row[data-album="${CSS.escape(message.album)}"]`);
  return log.querySelector(`.row[data-row="${message.id}"]`);
}

/** Day lines, and which of neighbouring bubbles begin and end a sender's breath. */
export function settleAround(row) {
  if (!row) return;
  placeDay(row);
  shape(row);
  const before = neighbour(row, "previousElementSibling");
  const after = neighbour(row, "nextElementSibling");
  if (before) shape(before);
  if (after) {
    placeDay(after);
    shape(after);
  }
}

export function neighbour(node, side) {
  let at = node[side];
  while (at && !at.matches(".row:not(.going)")) at = at[side];
  return at;
}

const dayOf = (row) => dayNumber(Number(row.dataset.date));

export function placeDay(row) {
  const before = neighbour(row, "previousElementSibling");
  const line = row.previousElementSibling?.matches(".day") ? row.previousElementSibling : null;
  const isNeeded = !before || dayOf(before) !== dayOf(row);
  if (line && !isNeeded) line.remove();
  if (!line && isNeeded)
    row.before(el("div", { class: "day", role: "separator" }, el("span", { text: dayName(Number(row.dataset.date)) })));
}

function together(a, b) {
  if (!a || !b || a.dataset.kind === "service" || b.dataset.kind === "service") return false;
  return (
    a.dataset.from === b.dataset.from &&
    dayOf(a) === dayOf(b) &&
    Math.abs(Number(b.dataset.date) - Number(a.dataset.date)) < SAME_BREATH
  );
}

export function shape(row) {
  row.classList.toggle("first", !together(neighbour(row, "previousElementSibling"), row));
  row.classList.toggle("last", !together(row, neighbour(row, "nextElementSibling")));
}
