/** The people one can act as, and the chats of the one chosen. */
import { chatFace, faceOf } from "./avatars.js";
import { preview } from "./summary.js";
import { openSheet } from "./dialogs.js";
import { el, fill, icon } from "./dom.js";
import { unsigned } from "./emoji.js";
import { openAddGroup, openAddPerson } from "./newcomers.js";
import {
  chatTitle,
  chatsOf,
  chooseChat,
  choosePerson,
  isPrivate,
  lastMessage,
  me,
  nameOf,
  on,
  personName,
  unreadCount,
  view,
  world,
} from "./store.js";
import { t } from "./strings.js";
import { shortWhen } from "./time.js";

const people = document.getElementById("people-list");
const chats = document.getElementById("chat-list");
const acting = document.getElementById("acting");
let isDue = false;

/** However many events come, the lists are drawn at most once per frame. */
export function drawLists() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    drawPeople();
    drawChats();
    drawActing();
  });
}

function unreadOf(person) {
  return chatsOf(person).reduce((sum, chat) => sum + unreadCount(person, chat), 0);
}

function badge(count) {
  return count
    ? el("span", { class: "badge", "aria-label": t("unread", { n: count }), text: count > 99 ? "99+" : String(count) })
    : null;
}

/** Only what changed is replaced, so that focus and scrolling stay. */
function keepFocus(box, draw) {
  const focused = box.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
  draw();
  if (focused) box.querySelector(`[data-testid="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function drawPeople() {
  keepFocus(people, () =>
    fill(
      people,
      ...[...world.people.values()].map(personTile),
      el(
        "button",
        {
          type: "button",
          class: "person add",
          testid: "add-person",
          "aria-label": t("addPerson"),
          title: t("addPerson"),
          on: { click: openAddPerson },
        },
        el("span", { class: "avatar plus" }, icon("plus")),
        el("span", { class: "person-name", text: t("add") }),
      ),
    ),
  );
}

function personTile(person) {
  const isMe = person.id === view.me;
  const count = isMe ? 0 : unreadOf(person.id);
  return el(
    "button",
    {
      type: "button",
      class: `person${person.online === false ? " offline" : ""}`,
      testid: `person-${person.id}`,
      "aria-pressed": String(isMe),
      title: personName(person),
      on: { click: () => choosePerson(person.id) },
    },
    el(
      "span",
      { class: "face" },
      faceOf(person.id),
      badge(count),
      person.online === false ? el("span", { class: "state", title: t("offline") }, icon("offline", 13)) : null,
    ),
    el("span", { class: "person-name", text: personName(person) }),
  );
}

function drawChats() {
  if (view.me === null) {
    fill(chats, el("p", { class: "hint", text: world.known ? t("noPeople") : "" }));
    return;
  }
  keepFocus(chats, () => fill(chats, ...chatsOf(view.me).map(chatRow)));
}

function chatRow(chat) {
  const last = lastMessage(chat);
  const count = unreadCount(view.me, chat);
  const author =
    last && !isPrivate(chat) && last.kind !== "service"
      ? `${last.from === view.me ? t("you") : nameOf(last.from)}: `
      : "";
  return el(
    "button",
    {
      type: "button",
      class: "chat-row",
      testid: `chat-${chat.id}`,
      "aria-current": chat.id === view.chat ? "true" : null,
      on: { click: () => chooseChat(chat.id) },
    },
    chatFace(chat),
    el(
      "span",
      { class: "chat-words" },
      el(
        "span",
        { class: "chat-top" },
        el("b", { text: chatTitle(chat) }),
        last ? el("time", { text: shortWhen(last.date) }) : null,
      ),
      el(
        "span",
        { class: "chat-bottom" },
        el("span", { class: "chat-last" }, last ? author + unsigned(preview(last)) : t("emptyChat")),
        badge(count),
      ),
    ),
  );
}

function drawActing() {
  const person = me();
  acting.hidden = !person;
  if (!person) return;
  const others = [...world.people.keys()].some((id) => id !== view.me && unreadOf(id) > 0);
  fill(
    acting,
    faceOf(person.id, "small"),
    el("b", { text: personName(person) }),
    icon("chevron", 16),
    others ? el("span", { class: "dot" }) : null,
  );
  acting.setAttribute("aria-label", t("actingAs", { name: personName(person) }));
}

/** Everybody, with a field to find one among many. */
export function openSwitch() {
  const list = el("div", { class: "switch-list" });
  const show = (wanted) => {
    const found = [...world.people.values()].filter((person) =>
      `${personName(person)} ${person.username ?? ""}`.toLowerCase().includes(wanted.trim().toLowerCase()),
    );
    fill(
      list,
      ...found.map((person) =>
        el(
          "button",
          {
            type: "button",
            class: "row-button",
            testid: `switch-to-${person.id}`,
            "aria-pressed": String(person.id === view.me),
            on: {
              click: () => {
                sheet.close();
                switchTo(person.id);
              },
            },
          },
          faceOf(person.id),
          el("span", { text: personName(person) }),
          badge(unreadOf(person.id)),
        ),
      ),
    );
    if (!found.length) list.append(el("p", { class: "hint", text: t("nothingFound") }));
  };
  const search = el("input", {
    type: "search",
    placeholder: t("search"),
    "aria-label": t("search"),
    testid: "switch-search",
    on: {
      input: () => show(search.value),
      keydown: (event) => event.key === "Enter" && list.querySelector("button")?.click(),
    },
  });
  const sheet = openSheet({
    title: t("switchPerson"),
    testid: "switch-sheet",
    body: [search, list],
    footer: [
      el(
        "button",
        {
          type: "button",
          class: "quiet",
          testid: "switch-add-person",
          on: {
            click: () => {
              sheet.close();
              openAddPerson();
            },
          },
        },
        icon("plus", 18),
        el("span", { text: t("addPerson") }),
      ),
      el(
        "button",
        {
          type: "button",
          class: "quiet",
          on: {
            click: () => {
              sheet.close();
              openAddGroup();
            },
          },
        },
        icon("group", 18),
        el("span", { text: t("addGroup") }),
      ),
    ],
  });
  show("");
  if (matchMedia("(pointer: fine)").matches) search.focus();
}

function switchTo(person) {
  choosePerson(person);
  if (view.chat === null && document.body.dataset.screen === "chat") chooseChat(person);
}

export function startLists() {
  on("world message edited deleted chat person places selection read", drawLists);
  acting.addEventListener("click", openSwitch);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "k") {
      event.preventDefault();
      if (!document.querySelector("dialog[open]")) openSwitch();
    }
  });
}
