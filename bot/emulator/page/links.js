/** Links that start the bot open inside the page, as the person whose phone it is. */
import { act } from "./connection.js";
import { complain, openMenu, openSheet, toast } from "./dialogs.js";
import { el } from "./dom.js";
import { chooseChat, choosePerson, me, personName, view, world } from "./store.js";
import { faceOf } from "./avatars.js";
import { t } from "./strings.js";

/** @returns {{payload: string}|null} */
export function startLink(url) {
  let parsed;
  try {
    parsed = new URL(url.trim());
  } catch {
    return null;
  }
  const web = /^https?:$/.test(parsed.protocol) && /^(t|telegram)\.me$/i.test(parsed.hostname);
  const name = web
    ? parsed.pathname.replace(/^\/|\/$/g, "")
    : parsed.protocol === "tg:"
      ? parsed.searchParams.get("domain")
      : null;
  if (!name || name.toLowerCase() !== world.bot.username.toLowerCase()) return null;
  return { payload: parsed.searchParams.get("start") ?? "" };
}

export function isStartLink(url) {
  return startLink(url) !== null;
}

/** Open it as the person chosen. */
export async function openStartLink(url, person = view.me) {
  const { payload } = startLink(url);
  if (person !== view.me) choosePerson(person);
  chooseChat(person);
  try {
    await act("start", { as: person, ...(payload ? { payload } : {}) });
  } catch (error) {
    complain(error);
  }
}

export function followLink(url, event) {
  event.preventDefault();
  openStartLink(url);
}

/** A button's address: ours starts the bot, any other opens in a new window. */
export function visit(url) {
  if (isStartLink(url)) openStartLink(url);
  else if (/^https?:\/\//i.test(url)) window.open(url, "_blank", "noopener,noreferrer");
}

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el("textarea", { class: "off-screen" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast(t("copied"));
}

/** Choose who opens a link. */
export function openAsSomeone(url) {
  const rows = [...world.people.values()].map((person) =>
    el(
      "button",
      {
        type: "button",
        class: "row-button",
        testid: `open-as-${person.id}`,
        on: {
          click: () => {
            sheet.close();
            openStartLink(url, person.id);
          },
        },
      },
      faceOf(person.id),
      el("span", { text: personName(person) }),
    ),
  );
  const sheet = openSheet({ title: t("openLinkAs"), testid: "open-as", body: rows });
}

/** A start link typed into the composer is more likely meant to be opened than to be sent. */
export function offerToOpen(anchor, url, sendAsText) {
  openMenu(
    anchor,
    [
      {
        icon: "bot",
        label: t("openLink", { name: personName(me()) }),
        run: () => openStartLink(url),
        testid: "open-start-link",
      },
      { icon: "group", label: t("openLinkAs"), run: () => openAsSomeone(url), testid: "open-start-link-as" },
      { icon: "send", label: t("sendAsText"), run: sendAsText, testid: "send-as-text" },
    ],
    t("startLink"),
  );
}
