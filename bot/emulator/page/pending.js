/** What a person without a connection has sent: shown as waiting until it leaves the phone. */
import { watchActs } from "./connection.js";
import { el, fill, icon } from "./dom.js";
import { signed } from "./emoji.js";
import { scrollToEnd } from "./conversation.js";
import { me, nowWaiting, on, view } from "./store.js";
import { t } from "./strings.js";

const box = document.getElementById("pending");
/** @type {Map<number, {chat: number, words: string}[]>} */
const waiting = new Map();

const WORDS = {
  send_text: ({ text }) => text,
  send_photo: ({ caption }) => [t("photo"), caption].filter(Boolean).join(" · "),
  send_file: ({ caption }) => [t("document"), caption].filter(Boolean).join(" · "),
  send_album: ({ files, caption }) => [t("album", { n: files.length }), caption].filter(Boolean).join(" · "),
  send_location: () => t("location"),
  send_venue: ({ title }) => title,
  send_contact: () => t("contact"),
  send_voice: () => t("voice"),
  send_video: () => t("video"),
  send_sticker: () => t("sticker"),
};

function remember(name, fields, answer) {
  if (me()?.online !== false) return;
  const { as, chat } = fields;
  answer.then(
    (result) => {
      if (!result?.waiting) return;
      nowWaiting(as, result.waiting);
      if (!WORDS[name]) return;
      waiting.set(as, [...(waiting.get(as) ?? []), { chat, words: WORDS[name](fields) }]);
      drawPending();
      scrollToEnd();
    },
    () => {},
  );
}

export function drawPending() {
  const mine = (waiting.get(view.me) ?? []).filter((one) => one.chat === view.chat);
  fill(
    box,
    ...mine.map(({ words }) =>
      el(
        "div",
        { class: "row own first last pending" },
        el(
          "div",
          { class: "stack" },
          el(
            "div",
            { class: "bubble with-text" },
            el("div", { class: "text" }, signed(words)),
            el("div", { class: "meta" }, el("span", { class: "mark", title: t("waiting") }, icon("clock", 15))),
          ),
        ),
      ),
    ),
  );
}

export function startPending() {
  watchActs(remember);
  on("person", (person) => {
    if (person.online === false) return;
    waiting.delete(person.id);
    drawPending();
  });
  on("world", () => {
    waiting.clear();
    drawPending();
  });
}
