/** Faces: a letter or a character on a colour of its own. */
import { el, icon } from "./dom.js";
import { chatTitle, isPrivate, nameOf, world } from "./store.js";

const HUES = [12, 205, 262, 330, 152, 228, 292, 350, 24, 188];

/** The same person has the same colour everywhere. */
export function hueOf(id) {
  return HUES[Math.abs(Number(id)) % HUES.length];
}

function initial(name) {
  const [first = "?"] = [...name.trim().replace(/^[小老阿](?=\p{Script=Han})/u, "")];
  return first.toUpperCase();
}

function disc(id, content, extra = "") {
  return el("span", { class: `avatar ${extra}`, "aria-hidden": "true", style: { "--hue": hueOf(id) } }, content);
}

export function faceOf(id, extra = "") {
  if (id === world.bot.id) return el("span", { class: `avatar bot ${extra}`, "aria-hidden": "true" }, icon("bot", 24));
  return disc(id, initial(nameOf(id)), extra);
}

export function chatFace(chat) {
  return isPrivate(chat) ? faceOf(world.bot.id) : disc(chat.id, initial(chatTitle(chat)), "group");
}
