/** Puts the page together: screens, looks and language, and the line to the server. */
import { drawClock, redrawClock, startClock } from "./clock.js";
import { drawComposer, startComposer } from "./composer.js";
import { connect, wholeState } from "./connection.js";
import { drawConversation, startConversation } from "./conversation.js";
import { toast } from "./dialogs.js";
import { el, fill, icon } from "./dom.js";
import { drawHeader, startHeader } from "./header.js";
import { drawLists, startLists } from "./lists.js";
import { openAddGroup } from "./newcomers.js";
import { drawPending, startPending } from "./pending.js";
import { chooseChat, markRead, on, openChat, take, view } from "./store.js";
import { currentLanguage, speak, t } from "./strings.js";

const byId = (id) => document.getElementById(id);
const wide = matchMedia("(min-width: 720px)");
const dark = matchMedia("(prefers-color-scheme: dark)");
let drawnFor = "";

/** Which of the two screens a phone shows; Back on the phone leads from the chat to the list. */
function showScreen() {
  const screen = openChat() ? "chat" : "list";
  if (document.body.dataset.screen === screen) return;
  document.body.dataset.screen = screen;
  if (screen === "chat" && history.state?.screen !== "chat") history.pushState({ screen: "chat" }, "");
  if (screen === "list" && history.state?.screen === "chat") history.back();
}

function onSelection() {
  const key = `${view.me}:${view.chat}`;
  showScreen();
  drawHeader();
  if (key !== drawnFor) drawConversation();
  drawnFor = key;
  drawComposer();
  drawPending();
  byId("nothing").hidden = Boolean(openChat());
  if (openChat() && wide.matches) document.querySelector(".input")?.focus({ preventScroll: true });
}

function onWorld() {
  if (!openChat() && wide.matches && view.me !== null) view.chat = view.me;
  markRead();
  drawnFor = "";
  onSelection();
}

/** All words anew, in the language chosen. */
function drawWords() {
  speak(currentLanguage());
  fill(byId("language"), icon("language", 20), el("span", { text: currentLanguage() === "zh" ? "EN" : "中" }));
  for (const [id, key] of [
    ["language", "language"],
    ["theme", "theme"],
    ["new-group", "addGroup"],
  ]) {
    byId(id).setAttribute("aria-label", t(key));
    byId(id).title = t(key);
  }
  byId("people").setAttribute("aria-label", t("people"));
  byId("log").setAttribute("aria-label", t("messages"));
  byId("chats-title").textContent = t("chats");
  byId("nothing-words").textContent = t("chooseChat");
  byId("status").textContent = t("reconnecting");
  redrawClock();
  drawLists();
  onWorld();
}

const isDark = () => document.documentElement.dataset.theme === "dark";

/** Maps are drawn in the theme's colours, so the log is drawn again. */
function paintTheme(theme) {
  document.documentElement.dataset.theme = theme;
  fill(byId("theme"), icon(isDark() ? "sun" : "moon", 20));
  drawConversation();
}

function chooseTheme(theme) {
  localStorage.setItem("theme", theme);
  paintTheme(theme);
}

function onStatus(status) {
  document.body.dataset.connection = status;
  byId("status").hidden = status !== "lost";
  if (status === "reopened") toast(t("connected"));
}

function start() {
  for (const begin of [startConversation, startComposer, startHeader, startLists, startClock, startPending]) begin();
  on("selection", onSelection);
  on("world", onWorld);
  on("stranger", () => wholeState().then(take));
  on("places", () => openChat() && drawConversation());
  byId("language").addEventListener("click", () => {
    speak(currentLanguage() === "zh" ? "en" : "zh");
    drawWords();
  });
  byId("theme").addEventListener("click", () => chooseTheme(isDark() ? "light" : "dark"));
  byId("new-group").addEventListener("click", openAddGroup);
  dark.addEventListener("change", () => localStorage.getItem("theme") ?? paintTheme(dark.matches ? "dark" : "light"));
  addEventListener("popstate", () => {
    if (!wide.matches && openChat()) chooseChat(null);
  });
  fill(byId("new-group"), icon("plus", 20));
  paintTheme(document.documentElement.dataset.theme);
  drawWords();
  drawClock();
  connect(take, onStatus);
}

start();
