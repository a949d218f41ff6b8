/** Where one writes: text, what is attached, commands, the bot's keyboard, and Start when it is time to start. */
import { act } from "./connection.js";
import { complain, openMenu } from "./dialogs.js";
import { el, fill, icon, iconButton } from "./dom.js";
import { unsigned } from "./emoji.js";
import { preview } from "./summary.js";
import { drawKeyboard, toggleKeyboard } from "./keyboard.js";
import { isStartLink, offerToOpen } from "./links.js";
import { openLocation } from "./location.js";
import { openPhotos } from "./photos.js";
import { commandsFor, isPrivate, nameOf, on, openChat, view, world } from "./store.js";
import { t } from "./strings.js";

const dock = document.getElementById("dock");
const context = { replyTo: null, editing: null };
const drafts = new Map();
let input = null;
let shownFor = "";

const draftKey = () => `${view.me}:${view.chat}`;

/** Every person keeps what they had begun to write in every chat. */
export function drawComposer() {
  if (input && shownFor) drafts.set(shownFor, input.value);
  const chat = openChat();
  if (draftKey() !== shownFor) Object.assign(context, { replyTo: null, editing: null });
  shownFor = draftKey();
  if (!chat) {
    input = null;
    fill(dock);
    return;
  }
  if (needsStart(chat)) {
    input = null;
    fill(dock, startBar());
    return;
  }
  const bar = composerBar();
  fill(
    dock,
    el("div", { class: "context", id: "context" }),
    bar,
    el("div", { class: "reply-keyboard", id: "keyboard" }),
  );
  input.value = drafts.get(shownFor) ?? "";
  fit();
  drawContext();
  drawKeyboard(sendText, replyTarget);
}

/** While somebody types, the field itself is left alone. */
function refresh(chat) {
  if (!input || needsStart(chat)) drawComposer();
  else drawKeyboard(sendText, replyTarget);
}

function needsStart(chat) {
  if (!isPrivate(chat)) return false;
  return chat.blocked || chat.messages.size === 0;
}

function startBar() {
  const label = t(openChat().blocked ? "restart" : "start");
  const start = () => act("start", { as: view.me }).catch(complain);
  return el(
    "div",
    { class: "start-bar" },
    el("button", { type: "button", class: "primary", testid: "start", text: label, on: { click: start } }),
  );
}

function composerBar() {
  input = el("textarea", {
    rows: "1",
    class: "input",
    testid: "composer-input",
    placeholder: openChat().keyboard_options?.input_field_placeholder ?? t("message"),
    "aria-label": t("message"),
    enterkeyhint: "send",
    autocomplete: "off",
    on: { input: fit, keydown: onKey, paste: onPaste },
  });
  return el(
    "div",
    { class: "composer" },
    iconButton("attach", t("attach"), (event) => openAttach(event.currentTarget), {
      testid: "attach",
      "aria-haspopup": "menu",
    }),
    el(
      "div",
      { class: "pill" },
      input,
      iconButton("slash", t("commands"), (event) => openCommands(event.currentTarget), {
        testid: "commands",
        "aria-haspopup": "menu",
      }),
      iconButton("keyboard", t("replyKeyboard"), () => toggleKeyboard(sendText, replyTarget), {
        testid: "keyboard-toggle",
        "aria-controls": "keyboard",
      }),
    ),
    iconButton("send", t("send"), send, { class: "send", testid: "send" }),
  );
}

function fit() {
  input.style.height = "auto";
  input.style.height = `${Math.min(input.scrollHeight, 160)}px`;
  dock.classList.toggle("has-text", input.value.trim() !== "");
}

function onKey(event) {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  } else if (event.key === "Escape" && (context.replyTo || context.editing)) {
    clearContext();
  } else if (event.key === "ArrowUp" && input.value === "") editLast(event);
}

function editLast(event) {
  const own = [...openChat().messages.values()].filter((one) => one.from === view.me && one.kind === "text");
  if (!own.length) return;
  event.preventDefault();
  startEditing(own[own.length - 1]);
}

function onPaste(event) {
  const files = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
  if (!files.length) return;
  event.preventDefault();
  openPhotos({ files, ...sendOptions() });
}

const replyTarget = () => context.replyTo?.id ?? null;
const sendOptions = () => ({ replyTo: replyTarget(), onSent: clearContext });

/** Nothing typed is lost: what could not be sent comes back into the field. */
async function sendText(text) {
  const reply = replyTarget();
  clearContext();
  try {
    await act("send_text", { as: view.me, chat: view.chat, text, ...(reply ? { reply_to: reply } : {}) });
  } catch (error) {
    complain(error);
    if (input && !input.value) input.value = text;
    fit();
  }
}

function send() {
  const text = input.value.trim();
  if (context.editing) {
    saveEdit(text);
    return;
  }
  if (!text) return;
  if (isStartLink(text)) {
    offerToOpen(input, text, () => clearInputThenSend(text));
    return;
  }
  clearInputThenSend(text);
}

function clearInputThenSend(text) {
  input.value = "";
  fit();
  input.focus();
  sendText(text);
}

function saveEdit(text) {
  const { id, chat, kind } = context.editing;
  clearContext();
  input.value = "";
  fit();
  act(kind === "text" ? "edit_text" : "edit_caption", { as: view.me, chat, message_id: id, text }).catch(complain);
}

function openAttach(anchor) {
  const options = sendOptions();
  const plain = (name) => () => {
    clearContext();
    act(name, { as: view.me, chat: view.chat }).catch(complain);
  };
  openMenu(
    anchor,
    [
      { icon: "photo", label: t("photos"), run: () => openPhotos(options), testid: "attach-photo" },
      { icon: "place", label: t("sendLocation"), run: () => openLocation(options), testid: "attach-location" },
      { icon: "contact", label: t("sendContact"), run: plain("send_contact"), testid: "attach-contact" },
      { icon: "voice", label: t("sendVoice"), run: plain("send_voice"), testid: "attach-voice" },
      { icon: "video", label: t("sendVideo"), run: plain("send_video"), testid: "attach-video" },
      { icon: "sticker", label: t("sendSticker"), run: plain("send_sticker"), testid: "attach-sticker" },
    ],
    t("attach"),
  );
}

function openCommands(anchor) {
  const commands = commandsFor(openChat());
  const whose = isPrivate(openChat()) ? "" : `@${world.bot.username}`;
  const items = commands.map(({ command, description }) => ({
    icon: "slash",
    label: `/${command}  ${description}`,
    run: () => sendText(`/${command}${whose}`),
    testid: `command-${command}`,
  }));
  if (!items.length) items.push({ icon: "slash", label: t("noCommands"), run: () => {}, testid: "no-commands" });
  openMenu(anchor, items, t("commands"));
}

function startEditing(message) {
  Object.assign(context, { editing: message, replyTo: null });
  input.value = message.text ?? "";
  drawContext();
  fit();
  input.focus();
}

function clearContext() {
  const wasEditing = context.editing;
  Object.assign(context, { replyTo: null, editing: null });
  if (wasEditing && input) {
    input.value = "";
    fit();
  }
  drawContext();
}

function drawContext() {
  const bar = document.getElementById("context");
  if (!bar) return;
  const about = context.editing ?? context.replyTo;
  bar.hidden = !about;
  if (!about) return;
  const title = context.editing ? t("editing") : t("replyTo", { name: nameOf(about.from) });
  fill(
    bar,
    icon(context.editing ? "edit" : "reply"),
    el("div", { class: "context-words" }, el("b", { text: title }), el("span", {}, unsigned(preview(about)))),
    iconButton("close", t("cancel"), clearContext, { testid: "context-close" }),
  );
}

/** Files let go over the conversation become photos to send. */
function acceptDrops(target) {
  target.addEventListener("dragover", (event) => {
    if (!input || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    target.classList.add("dropping");
  });
  target.addEventListener("dragleave", (event) => event.target === target && target.classList.remove("dropping"));
  target.addEventListener("drop", (event) => {
    target.classList.remove("dropping");
    if (!input || !event.dataTransfer.files.length) return;
    event.preventDefault();
    openPhotos({ files: [...event.dataTransfer.files], ...sendOptions() });
  });
}

export function startComposer() {
  acceptDrops(document.getElementById("conversation"));
  on("reply", (message) => {
    if (!input) return;
    Object.assign(context, { replyTo: message, editing: null });
    drawContext();
    input.focus();
  });
  on("edit", (message) => input && startEditing(message));
  on("chat", (chat) => chat.id === view.chat && refresh(chat));
  on("message", (message) => message.chat === view.chat && !input && drawComposer());
  on(
    "deleted",
    ({ chat, id }) => chat === view.chat && [context.replyTo?.id, context.editing?.id].includes(id) && clearContext(),
  );
}
