/** The bot's keyboard below the composer; one of its buttons may ask for the location. */
import { act } from "./connection.js";
import { complain } from "./dialogs.js";
import { el, fill, icon } from "./dom.js";
import { signed } from "./emoji.js";
import { openLocation } from "./location.js";
import { openChat, view } from "./store.js";

/** Chats whose keyboard was put away, with the keyboard it was: a new one comes up again. */
const folded = new Map();

function rows() {
  return openChat()?.keyboard ?? [];
}

const isFolded = () => folded.get(view.chat) === JSON.stringify(rows());

export function toggleKeyboard(sendText, replyTarget) {
  if (isFolded()) folded.delete(view.chat);
  else folded.set(view.chat, JSON.stringify(rows()));
  drawKeyboard(sendText, replyTarget);
}

export function drawKeyboard(sendText, replyTarget) {
  const box = document.getElementById("keyboard");
  if (!box) return;
  const isShown = rows().length > 0 && !isFolded();
  const toggle = document.querySelector('[data-testid="keyboard-toggle"]');
  box.hidden = !isShown;
  toggle.hidden = rows().length === 0;
  toggle.setAttribute("aria-expanded", String(isShown));
  fill(
    box,
    ...rows().map((row) => el("div", { class: "key-row" }, ...row.map((button) => key(button, sendText, replyTarget)))),
  );
}

function key(button, sendText, replyTarget) {
  const { text, request_location: wantsLocation, request_contact: wantsContact } = button;
  const press = () => {
    if (openChat().keyboard_options?.one_time_keyboard) toggleKeyboard(sendText, replyTarget);
    if (wantsLocation) openLocation({ replyTo: replyTarget() });
    else if (wantsContact) act("send_contact", { as: view.me, chat: view.chat }).catch(complain);
    else sendText(text);
  };
  return el(
    "button",
    { type: "button", class: "key", on: { click: press } },
    wantsLocation && !text.includes("📍") ? icon("place", 18) : null,
    el("span", {}, signed(text)),
  );
}
