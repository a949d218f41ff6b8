/** The open chat's log: messages are added, changed and removed one by one, never all drawn anew. */
import { flash } from "./bubbles.js";
import { el, fill, icon } from "./dom.js";
import { drawRow, log, neighbour, placeDay, rowFor, rowOf, settleAround, shape } from "./rows.js";
import { isPrivate, markRead, on, openChat, tell, view, world } from "./store.js";
import { t } from "./strings.js";

const WINDOW = 80;
const NEAR_END = 120;

const scroller = document.getElementById("scroller");
const toEnd = document.getElementById("to-end");
let firstShown = 0;
let missed = 0;
let isDrawing = false;

/** Draw the end of the chat; earlier messages come when one scrolls up. */
export function drawConversation() {
  const chat = openChat();
  missed = 0;
  // A chat that is opened is not read out from its first line; what comes later is.
  log.setAttribute("aria-live", "off");
  setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
  log.replaceChildren();
  if (!chat) return;
  const messages = [...chat.messages.values()];
  firstShown = Math.max(0, messages.length - WINDOW);
  appendAll(messages.slice(firstShown));
  markAnswered();
  showEmpty();
  scrollToEnd("auto");
}

function appendAll(messages) {
  const albums = new Set();
  const rows = messages
    .filter((message) => !message.album || (!albums.has(message.album) && albums.add(message.album)))
    .map(rowFor);
  log.append(...rows);
  for (const row of rows) {
    placeDay(row);
    shape(row);
  }
}

function showEarlier() {
  if (isDrawing || firstShown === 0 || !openChat()) return;
  isDrawing = true;
  const messages = [...openChat().messages.values()];
  const from = Math.max(0, firstShown - WINDOW);
  const height = scroller.scrollHeight;
  const oldest = log.querySelector(".row");
  const shown = new Set([...log.querySelectorAll(".row[data-album]")].map((row) => row.dataset.album));
  const rows = [];
  for (const message of messages.slice(from, firstShown)) {
    if (message.album && shown.has(message.album)) continue;
    if (message.album) shown.add(message.album);
    rows.push(rowFor(message));
  }
  log.prepend(...rows);
  firstShown = from;
  for (const row of [...rows, oldest].filter(Boolean)) {
    placeDay(row);
    shape(row);
  }
  scroller.scrollTop += scroller.scrollHeight - height;
  markAnswered();
  isDrawing = false;
}

function isAtEnd() {
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END;
}

export function scrollToEnd(behavior = "smooth") {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  scroller.scrollTo({ top: scroller.scrollHeight, behavior: calm ? "auto" : behavior });
  missed = 0;
  showToEnd();
}

function showToEnd() {
  toEnd.hidden = isAtEnd() && missed === 0;
  toEnd.setAttribute("aria-label", missed ? t("newMessages", { n: missed }) : t("toEnd"));
  fill(toEnd, missed ? el("span", { text: t("newMessages", { n: missed }) }) : null, icon("down"));
}

function showEmpty() {
  const chat = openChat();
  const isEmpty = chat && chat.messages.size === 0;
  const old = log.querySelector(".empty");
  if (!isEmpty) old?.remove();
  else if (!old)
    log.append(
      el(
        "div",
        { class: "empty" },
        el("strong", { text: t("emptyChat") }),
        isPrivate(chat) ? el("span", { text: t("startHint") }) : null,
      ),
    );
}

/** Two ticks once the bot has written or changed something later on. */
function markAnswered(since = null) {
  const chat = openChat();
  const messages = [...chat.messages.values()];
  const answer =
    since ??
    Math.max(
      0,
      ...messages.filter((one) => one.from === world.bot.id).map((one) => Math.max(one.date, one.edit_date ?? 0)),
    );
  for (const row of log.querySelectorAll(".row.own:not(.answered)")) {
    if (Number(row.dataset.date) > answer) continue;
    row.classList.add("answered");
    row.querySelector(".ticks")?.setAttribute("title", t("answered"));
  }
}

function onMessage(message) {
  if (message.chat !== view.chat) return;
  const stays = isAtEnd() || message.from === view.me;
  showEmpty();
  const known = message.album ? rowOf(message) : null;
  if (known) drawRow(known, message);
  else {
    const row = rowFor(message);
    row.classList.add("arriving");
    log.append(row);
    settleAround(row);
  }
  if (known) settleAround(known);
  if (message.from === world.bot.id) markAnswered(message.date);
  if (document.visibilityState === "visible" && stays) markRead();
  if (stays) requestAnimationFrame(() => scrollToEnd());
  else {
    missed += 1;
    showToEnd();
  }
}

function onEdited(message) {
  if (message.chat !== view.chat) return;
  const row = rowOf(message);
  if (!row) return;
  const stays = isAtEnd();
  drawRow(row, message);
  settleAround(row);
  flash(row);
  if (message.from === world.bot.id && message.edit_date) markAnswered(message.edit_date);
  else if (message.from === view.me) markAnswered();
  if (stays) requestAnimationFrame(() => scrollToEnd("auto"));
}

function onDeleted({ chat, id }) {
  if (chat !== view.chat) return;
  const row =
    log.querySelector(`.row[data-row="${id}"]`) ?? log.querySelector(`[data-testid="message-${id}"]`)?.closest(".row");
  if (!row) return;
  const rest = row.dataset.album
    ? [...openChat().messages.values()].find((one) => one.album === row.dataset.album)
    : null;
  if (rest) {
    row.dataset.row = rest.id;
    drawRow(row, rest);
    settleAround(row);
  } else vanish(row);
}

function vanish(row) {
  const stays = isAtEnd();
  row.classList.add("going");
  row.style.height = `${row.offsetHeight}px`;
  delete row.dataset.testid;
  delete row.dataset.row;
  const around = [neighbour(row, "previousElementSibling"), neighbour(row, "nextElementSibling")];
  const gone = () => {
    const line = row.previousElementSibling?.matches(".day") ? row.previousElementSibling : null;
    if (line && !row.nextElementSibling?.matches(".row")) line.remove();
    row.remove();
    for (const one of around) settleAround(one?.isConnected ? one : null);
    showEmpty();
    if (stays) scrollToEnd("auto");
  };
  requestAnimationFrame(() => row.classList.add("gone"));
  setTimeout(gone, matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 240);
}

export function startConversation() {
  on("message", onMessage);
  on("edited", onEdited);
  on("deleted", onDeleted);
  on("action", ({ chat, action }) => chat === view.chat && action && tell("typing"));
  scroller.addEventListener(
    "scroll",
    () => {
      if (scroller.scrollTop < 200) showEarlier();
      if (isAtEnd() && missed) {
        missed = 0;
        markRead();
        tell("read");
      }
      showToEnd();
    },
    { passive: true },
  );
  toEnd.addEventListener("click", () => scrollToEnd());
  new ResizeObserver(() => scrollToEnd("auto")).observe(document.getElementById("dock"));
}
