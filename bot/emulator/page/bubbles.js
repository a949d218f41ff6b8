/** One message as a bubble: what it says, what it carries, its buttons and its time. */
import { hueOf } from "./avatars.js";
import { albumGrid, carried } from "./carried.js";
import { el, icon } from "./dom.js";
import { signed, unsigned } from "./emoji.js";
import { richText } from "./entities.js";
import { inlineButtons } from "./inline.js";
import { isPrivate, nameOf, openChat, view, world } from "./store.js";
import { t } from "./strings.js";
import { preview, serviceText } from "./summary.js";
import { clockTime, wholeTime } from "./time.js";

/** @param {Object[]} messages one message, or the parts of an album in their order */
export function bubble(messages, openActions) {
  const [first] = messages;
  if (first.kind === "service")
    return el(
      "div",
      { class: "service", testid: `message-${first.id}`, "data-from": first.from },
      el("span", { text: serviceText(first) }),
    );
  const said = messages.find((message) => message.text) ?? first;
  const own = first.from === view.me;
  const isAlbum = messages.length > 1;
  const box = el(
    "div",
    { class: `bubble kind-${first.kind}${said.text ? " with-text" : ""}${isAlbum ? " album" : ""}` },
    senderLine(first, own),
    forwardLine(first),
    replyLine(first),
    isAlbum ? albumGrid(messages) : carried(first),
    said.text ? el("div", { class: "text" }, richText(said.text, said.entities)) : null,
    metaLine(messages, own),
    el(
      "button",
      {
        type: "button",
        class: "actions",
        "aria-label": t("actions"),
        title: t("actions"),
        testid: `actions-${said.id}`,
        on: { click: (event) => openActions(said, event.currentTarget) },
      },
      icon("chevron", 18),
    ),
  );
  holdToOpen(box, () => openActions(said, null));
  return el("div", { class: "stack" }, box, first.buttons?.length ? inlineButtons(first) : null);
}

function senderLine(message, own) {
  if (own || isPrivate(openChat())) return null;
  const isBot = message.from === world.bot.id;
  return el("div", {
    class: `sender${isBot ? " bot" : ""}`,
    style: isBot ? {} : { "--hue": hueOf(message.from) },
    text: nameOf(message.from),
  });
}

function forwardLine({ forward }) {
  return forward ? el("div", { class: "forwarded", text: t("forwardedFrom", { name: forward.name }) }) : null;
}

function replyLine({ reply_to: to, chat }) {
  if (!to) return null;
  const target = openChat()?.messages.get(to.id);
  const words = to.text || (target ? preview(target) : t("messageGone"));
  return el(
    "button",
    { type: "button", class: "quote", style: { "--hue": hueOf(to.from) }, on: { click: () => jumpTo(chat, to.id) } },
    el("b", { text: nameOf(to.from) }),
    el("span", {}, unsigned(words)),
  );
}

/** Bring an earlier message into sight. */
export function jumpTo(chat, id) {
  const target = document.querySelector(`.log [data-testid="message-${id}"]`);
  if (!target || chat !== view.chat) return;
  target.scrollIntoView({
    block: "center",
    behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
  });
  flash(target);
}

export function flash(node) {
  node.classList.remove("flash");
  void node.offsetWidth;
  node.classList.add("flash");
}

function metaLine(messages, own) {
  const message = messages[messages.length - 1];
  const edited = messages.some((one) => one.edit_date) && message.kind !== "location";
  const reactions = messages.flatMap((one) => one.reactions ?? []);
  return el(
    "div",
    { class: "meta" },
    reactions.length
      ? el("span", { class: "reactions" }, signed(reactions.map((one) => one.emoji ?? "•").join(" ")))
      : null,
    message.silent ? el("span", { class: "mark", title: t("silent"), text: "♪" }) : null,
    edited ? el("span", { class: "mark edited", text: t("edited") }) : null,
    el("time", {
      datetime: new Date(message.date * 1000).toISOString(),
      title: wholeTime(message.date),
      text: clockTime(message.date),
    }),
    own ? el("span", { class: "ticks", title: t("sent") }, icon("check", 16), icon("checks", 16)) : null,
  );
}

/** On glass there is no pointer to hover with: hold a bubble for its menu. */
function holdToOpen(box, open) {
  let timer = 0;
  const stop = () => clearTimeout(timer);
  box.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse") return;
    timer = setTimeout(open, 450);
  });
  for (const name of ["pointerup", "pointermove", "pointercancel", "pointerleave"]) box.addEventListener(name, stop);
  box.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a, img") && !matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    if (matchMedia("(pointer: fine)").matches) open();
  });
}
