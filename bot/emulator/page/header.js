/** The open chat's head: its name, who is typing, what is pinned, and the menu of phone and group. */
import { chatFace, faceOf } from "./avatars.js";
import { jumpTo } from "./bubbles.js";
import { preview } from "./summary.js";
import { act } from "./connection.js";
import { complain, openMenu, openSheet } from "./dialogs.js";
import { el, fill, icon, iconButton } from "./dom.js";
import { unsigned } from "./emoji.js";
import {
  chatTitle,
  chooseChat,
  isMember,
  isPrivate,
  me,
  nameOf,
  on,
  openChat,
  personName,
  presentMembers,
  view,
  world,
} from "./store.js";
import { t } from "./strings.js";

const head = document.getElementById("chat-head");
const pinBar = document.getElementById("pinned");
const offlineBar = document.getElementById("offline");
const TYPING_FOR = 5000;
let typing = 0;

export function drawHeader() {
  const chat = openChat();
  head.hidden = !chat;
  pinBar.hidden = true;
  drawOffline();
  if (!chat) return;
  fill(
    head,
    iconButton("back", t("back"), () => chooseChat(null), { class: "back", testid: "back" }),
    chatFace(chat),
    el(
      "div",
      { class: "head-words" },
      el("h1", { text: chatTitle(chat) }),
      el("p", { id: "subtitle", text: subtitle(chat) }),
    ),
    iconButton("more", t("chatMenu"), (event) => openChatMenu(event.currentTarget, chat), {
      testid: "chat-menu",
      "aria-haspopup": "menu",
    }),
  );
  drawPinned(chat);
}

function subtitle(chat) {
  if (typing) return t("typing");
  if (isPrivate(chat)) return chat.blocked ? t("blocked") : t("bot");
  return t("members", { n: presentMembers(chat).length });
}

function showTyping() {
  clearTimeout(typing);
  typing = setTimeout(stopTyping, TYPING_FOR);
  paintSubtitle();
}

function stopTyping() {
  clearTimeout(typing);
  typing = 0;
  paintSubtitle();
}

function paintSubtitle() {
  const line = document.getElementById("subtitle");
  const chat = openChat();
  if (!line || !chat) return;
  line.textContent = subtitle(chat);
  line.classList.toggle("typing", typing !== 0);
}

function drawPinned(chat) {
  const id = chat.pinned?.at(-1);
  const message = id ? chat.messages.get(id) : null;
  pinBar.hidden = !message;
  if (!message) return;
  fill(
    pinBar,
    icon("pin", 18),
    el("span", { class: "pin-words" }, el("b", { text: t("pinned") }), el("span", {}, unsigned(preview(message)))),
  );
  pinBar.onclick = () => jumpTo(chat.id, id);
}

function drawOffline() {
  const person = me();
  offlineBar.hidden = !person || person.online !== false;
  if (offlineBar.hidden) return;
  const count = person.waiting ? ` · ${t("queued", { n: person.waiting })}` : "";
  fill(
    offlineBar,
    icon("offline", 18),
    el("span", { text: t("offlineBar", { name: personName(person) }) + count }),
    el("button", {
      type: "button",
      class: "quiet",
      testid: "go-online",
      "aria-haspopup": "menu",
      text: t("goOnline"),
      on: { click: (event) => openOnline(event.currentTarget) },
    }),
  );
}

function openOnline(anchor) {
  const come = (order) => () => doAct("online", { order });
  openMenu(
    anchor,
    [
      { icon: "online", label: t("orderSent"), run: come("sent"), testid: "online-sent" },
      { icon: "up", label: t("orderReversed"), run: come("reversed"), testid: "online-reversed" },
      { icon: "more", label: t("orderShuffled"), run: come("shuffled"), testid: "online-shuffled" },
    ],
    t("goOnline"),
  );
}

/** As the person chosen, in the open chat; what goes wrong is said. */
function doAct(name, fields = {}) {
  act(name, { as: view.me, ...fields }).catch(complain);
}

function openChatMenu(anchor, chat) {
  const isOnline = me().online !== false;
  const items = [
    isOnline
      ? { icon: "offline", label: t("goOffline"), run: () => doAct("offline"), testid: "go-offline" }
      : { icon: "online", label: t("goOnline"), run: () => doAct("online", { order: "sent" }), testid: "menu-online" },
    ...(isPrivate(chat) ? privateItems(chat) : groupItems(chat)),
  ];
  openMenu(anchor, items, t("chatMenu"));
}

function privateItems(chat) {
  if (chat.blocked) return [{ icon: "check", label: t("unblock"), run: () => doAct("unblock"), testid: "unblock" }];
  return [{ icon: "block", label: t("block"), run: () => doAct("block"), testid: "block", danger: true }];
}

function groupItems(chat) {
  const group = { chat: chat.id };
  const withBot = isMember(chat, world.bot.id);
  return [
    { icon: "group", label: t("groupInfo"), run: () => openGroupInfo(chat), testid: "group-info" },
    withBot
      ? { icon: "bot", label: t("removeBot"), run: () => doAct("remove_bot", group), testid: "remove-bot" }
      : { icon: "bot", label: t("addBot"), run: () => doAct("add_bot", group), testid: "add-bot" },
    { icon: "plus", label: t("addMember"), run: () => openAddMember(chat), testid: "add-member" },
    chat.kind === "group" && { icon: "up", label: t("migrate"), run: () => doAct("migrate", group), testid: "migrate" },
    { icon: "back", label: t("leave"), run: () => doAct("leave", group), testid: "leave", danger: true },
  ].filter(Boolean);
}

function openGroupInfo(chat) {
  const rows = presentMembers(chat).map(({ id, status }) =>
    el(
      "div",
      { class: "row-line" },
      faceOf(id),
      el("span", { text: nameOf(id) }),
      el("small", {
        text: id === world.bot.id ? t("bot") : ["creator", "administrator"].includes(status) ? t("admin") : t("member"),
      }),
    ),
  );
  openSheet({
    title: chatTitle(chat),
    testid: "group-info-sheet",
    body: [
      el("p", { class: "hint", text: `${t(chat.kind)} · ${t("members", { n: rows.length })} · ${chat.id}` }),
      ...rows,
    ],
  });
}

function openAddMember(chat) {
  const outside = [...world.people.values()].filter((person) => !isMember(chat, person.id));
  const rows = outside.map((person) =>
    el(
      "button",
      {
        type: "button",
        class: "row-button",
        testid: `join-${person.id}`,
        on: {
          click: () => {
            sheet.close();
            act("join", { as: person.id, chat: chat.id }).catch(complain);
          },
        },
      },
      faceOf(person.id),
      el("span", { text: personName(person) }),
    ),
  );
  const sheet = openSheet({
    title: t("addMember"),
    testid: "add-member-sheet",
    body: rows.length ? rows : [el("p", { class: "hint", text: t("nothingFound") })],
  });
}

export function startHeader() {
  on("typing", showTyping);
  on("message", (message) => message.chat === view.chat && message.from === world.bot.id && stopTyping());
  on("chat", (chat) => chat.id === view.chat && drawHeader());
  on("edited deleted", () => openChat() && drawPinned(openChat()));
  on("person", drawOffline);
}
