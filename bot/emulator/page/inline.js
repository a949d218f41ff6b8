/** The buttons under a message: pressed, waiting for the bot, answered. */
import { act } from "./connection.js";
import { alertBox, complain, toast } from "./dialogs.js";
import { el, icon } from "./dom.js";
import { signed } from "./emoji.js";
import { copyText, visit } from "./links.js";
import { on, view } from "./store.js";

const PATIENCE = 15_000;

/** Buttons whose bot has not answered yet: "chat:message:data" -> timer. */
const asked = new Map();

const keyOf = (chat, id, data) => `${chat}:${id}:${data}`;

export function inlineButtons(message) {
  const rows = message.buttons.map((row) =>
    el("div", { class: "button-row" }, ...row.map((button) => inlineButton(message, button))),
  );
  return el("div", { class: "inline-buttons" }, ...rows);
}

function inlineButton(message, button) {
  const { data } = button;
  const isWaiting = data !== undefined && asked.has(keyOf(message.chat, message.id, data));
  const copies = button.copy_text?.text;
  const press = () => {
    if (data !== undefined) tap(message, data);
    else if (button.url) visit(button.url);
    else if (copies) copyText(copies);
  };
  return el(
    "button",
    {
      type: "button",
      class: "inline-button",
      "data-data": data,
      "aria-busy": isWaiting ? "true" : null,
      on: { click: press },
    },
    el("span", {}, signed(button.text)),
    button.url ? icon("out", 14) : null,
    copies ? icon("copy", 14) : null,
  );
}

async function tap(message, data) {
  const key = keyOf(message.chat, message.id, data);
  if (asked.has(key)) return;
  asked.set(
    key,
    setTimeout(() => settle(message.chat, message.id), PATIENCE),
  );
  paint(message.id);
  try {
    const { waiting } = await act("tap", { as: view.me, chat: message.chat, message_id: message.id, data });
    if (waiting) settle(message.chat, message.id);
  } catch (error) {
    settle(message.chat, message.id);
    complain(error);
  }
}

/** The bot has answered, by a notice or by changing the message. */
function settle(chat, id) {
  for (const [key, timer] of asked) {
    if (!key.startsWith(`${chat}:${id}:`)) continue;
    clearTimeout(timer);
    asked.delete(key);
  }
  if (chat === view.chat) paint(id);
}

function paint(id) {
  for (const button of document.querySelectorAll(`.log [data-row="${id}"] .inline-button[data-data]`)) {
    const isWaiting = asked.has(keyOf(view.chat, id, button.dataset.data));
    if (isWaiting) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  }
}

on("toast", (event) => {
  settle(event.chat, event.message_id);
  if (event.as !== view.me || !event.text) return;
  if (event.alert) alertBox(event.text);
  else toast(event.text);
});
on("edited", (message) => settle(message.chat, message.id));
on("deleted", ({ chat, id }) => settle(chat, id));
