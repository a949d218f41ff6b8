/** What can be done with one message: reply, edit, forward, copy, delete. */
import { chatFace } from "./avatars.js";
import { isLive } from "./carried.js";
import { act } from "./connection.js";
import { complain, openMenu, openSheet } from "./dialogs.js";
import { el } from "./dom.js";
import { copyText, isStartLink, openAsSomeone } from "./links.js";
import { openLocation } from "./location.js";
import { chatsOf, chatTitle, tell, view } from "./store.js";
import { t } from "./strings.js";

const EDITABLE = new Set(["text", "photo", "document", "video"]);
const START_LINK = /(?:https?:\/\/t\.me\/|tg:\/\/)[^\s"'，。；）】」]+/g;

function linksIn(message) {
  const marked = (message.entities ?? []).map((mark) => mark.url).filter(Boolean);
  const onButtons = (message.buttons ?? [])
    .flat()
    .map((button) => button.url)
    .filter(Boolean);
  return [...(message.text?.match(START_LINK) ?? []), ...marked, ...onButtons].filter(isStartLink);
}

export function openActions(message, anchor) {
  const own = message.from === view.me;
  const [link] = linksIn(message);
  const isSharing = own && isLive(message);
  const items = [
    { icon: "reply", label: t("reply"), run: () => tell("reply", message), testid: "act-reply" },
    own &&
      EDITABLE.has(message.kind) && {
        icon: "edit",
        label: t("edit"),
        run: () => tell("edit", message),
        testid: "act-edit",
      },
    isSharing && {
      icon: "place",
      label: t("moveLive"),
      run: () => openLocation({ moving: message }),
      testid: "act-move-live",
    },
    isSharing && { icon: "close", label: t("stopLive"), run: () => stopLive(message), testid: "act-stop-live" },
    { icon: "forward", label: t("forward"), run: () => openForward(message), testid: "act-forward" },
    message.text && { icon: "copy", label: t("copy"), run: () => copyText(message.text), testid: "act-copy" },
    link && { icon: "link", label: t("copyLink"), run: () => copyText(link), testid: "act-copy-link" },
    link && { icon: "group", label: t("openLinkAs"), run: () => openAsSomeone(link), testid: "act-open-as" },
    { icon: "trash", label: t("remove"), run: () => remove(message), testid: "act-delete", danger: true },
  ];
  openMenu(anchor, items.filter(Boolean));
}

function stopLive(message) {
  act("move_live", { as: view.me, chat: message.chat, message_id: message.id, stop: true }).catch(complain);
}

function remove(message) {
  act("delete", { as: view.me, chat: message.chat, message_id: message.id }).catch(complain);
}

function openForward(message) {
  const forwardTo = (chat) => {
    sheet.close();
    act("forward", { as: view.me, from_chat: message.chat, message_id: message.id, chat: chat.id }).catch(complain);
  };
  const rows = chatsOf(view.me).map((chat) =>
    el(
      "button",
      { type: "button", class: "row-button", testid: `forward-to-${chat.id}`, on: { click: () => forwardTo(chat) } },
      chatFace(chat),
      el("span", { text: chatTitle(chat) }),
    ),
  );
  const sheet = openSheet({ title: t("forwardTo"), testid: "forward-sheet", body: rows });
}
