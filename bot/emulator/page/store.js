/** What the page knows of the world, who is being acted as, and what each person has read. */
import { setWorldTime } from "./time.js";

/**
 * @typedef {{id: number, kind: string, title: string, members: {id: number, status: string}[], messages: Map<number, Object>,
 *   keyboard: Object[][]|null, pinned: number[], blocked: boolean, migrated_to: number|null, commands: Record<string, Object[]>}} Chat
 */

export const world = {
  bot: { id: 0, name: "Bot", username: "" },
  /** @type {Map<number, Object>} */ people: new Map(),
  /** @type {Map<number, Chat>} */ chats: new Map(),
  places: [],
  samples: [],
  offset: 0,
  known: false,
};

/** The person whose phone is shown, and the chat open on it. */
export const view = { me: null, chat: null };

const bus = new EventTarget();
const read = new Map();

export function on(names, run) {
  for (const name of names.split(" ")) bus.addEventListener(name, (event) => run(event.detail));
}

export function tell(name, detail) {
  bus.dispatchEvent(new CustomEvent(name, { detail }));
}

export function personName(person) {
  if (!person) return "";
  return [person.name, person.last_name].filter(Boolean).join(" ");
}

export function nameOf(id) {
  if (id === world.bot.id) return world.bot.name;
  const person = world.people.get(id);
  return person ? personName(person) : (world.chats.get(id)?.title ?? String(id));
}

export function me() {
  return world.people.get(view.me) ?? null;
}

export function openChat() {
  return world.chats.get(view.chat) ?? null;
}

export function isPrivate(chat) {
  return chat.id > 0;
}

/** What the chat is called for a person: the private chat bears the bot's name. */
export function chatTitle(chat) {
  return isPrivate(chat) ? world.bot.name : chat.title;
}

const PRESENT = new Set(["creator", "administrator", "member", "restricted"]);

export function isMember(chat, id) {
  if (isPrivate(chat)) return chat.id === id || id === world.bot.id;
  return chat.members.some((member) => member.id === id && PRESENT.has(member.status));
}

export function presentMembers(chat) {
  return chat.members.filter((member) => PRESENT.has(member.status));
}

export function lastMessage(chat) {
  let last = null;
  for (const message of chat.messages.values()) last = message;
  return last;
}

/** The private chat first seen or not, and the groups; the liveliest first. */
export function chatsOf(person) {
  const mine = [...world.chats.values()].filter((chat) => !chat.migrated_to && isMember(chat, person));
  return mine.sort((a, b) => (lastMessage(b)?.date ?? 0) - (lastMessage(a)?.date ?? 0) || b.id - a.id);
}

function emptyChat(id, kind, title) {
  return {
    id,
    kind,
    title,
    members: [],
    messages: new Map(),
    keyboard: null,
    pinned: [],
    blocked: false,
    migrated_to: null,
    commands: {},
  };
}

/** Commands as this person would see them in this chat. */
export function commandsFor(chat) {
  return chat.commands?.[String(view.me)] ?? [];
}

function adoptChat(raw) {
  const known = world.chats.get(raw.id) ?? emptyChat(raw.id, raw.kind, raw.title);
  const { messages, ...rest } = raw;
  Object.assign(known, rest);
  if (messages) known.messages = new Map(messages.map((message) => [message.id, message]));
  world.chats.set(raw.id, known);
  return known;
}

function adoptPerson(person) {
  world.people.set(person.id, { ...world.people.get(person.id), ...person });
  if (!world.chats.has(person.id)) world.chats.set(person.id, emptyChat(person.id, "private", personName(person)));
}

function adoptState(state) {
  setWorldTime(state.now);
  world.offset = state.offset ?? 0;
  world.bot = state.bot ?? world.bot;
  world.places = state.places ?? [];
  world.samples = state.samples ?? [];
  world.people = new Map();
  world.chats = new Map();
  for (const person of state.people) adoptPerson(person);
  for (const chat of state.chats) adoptChat(chat);
  if (!world.people.has(view.me)) view.me = keptPerson();
  if (!world.chats.has(view.chat)) view.chat = null;
  world.known = true;
}

/** The bot takes the number of the first token that calls, perhaps after this page was opened. */
const isKnown = (id) => id === world.bot.id || world.people.has(id);

/** The server took an act of somebody offline without doing it yet. */
export function nowWaiting(id, count) {
  adoptPerson({ id, waiting: count });
  tell("person", world.people.get(id));
}

function keptPerson() {
  const kept = Number(sessionStorage.getItem("me"));
  if (world.people.has(kept)) return kept;
  return world.people.keys().next().value ?? null;
}

/** Take in one event of the server, then tell those who show it. */
export function take(event) {
  const handler = TAKERS[event.event];
  if (handler) handler(event);
}

const TAKERS = {
  state(event) {
    adoptState(event);
    tell("world");
  },
  message({ message }) {
    const chat = world.chats.get(message.chat) ?? adoptChat({ id: message.chat, kind: "private", title: "" });
    const isNew = !chat.messages.has(message.id);
    chat.messages.set(message.id, message);
    if (!isKnown(message.from)) tell("stranger");
    if (isNew && message.from === view.me && chat.id === view.chat) markRead();
    tell(isNew ? "message" : "edited", message);
  },
  edited({ message }) {
    world.chats.get(message.chat)?.messages.set(message.id, message);
    tell("edited", message);
  },
  deleted({ chat, id }) {
    if (world.chats.get(chat)?.messages.delete(id)) tell("deleted", { chat, id });
  },
  chat({ chat }) {
    tell("chat", adoptChat(chat));
    followMove();
  },
  person({ person }) {
    adoptPerson(person);
    if (view.me === null) choosePerson(person.id);
    tell("person", person);
  },
  clock({ now, offset }) {
    setWorldTime(now);
    world.offset = offset;
    tell("clock");
  },
  places({ places }) {
    world.places = places;
    tell("places");
  },
  pinned({ chat, pinned }) {
    const known = world.chats.get(chat);
    if (!known) return;
    known.pinned = pinned;
    tell("chat", known);
  },
  reaction({ chat, message_id: id, from, reactions }) {
    const found = world.chats.get(chat)?.messages.get(id);
    if (!found) return;
    const others = (found.reactions ?? []).filter((one) => one.from !== from);
    TAKERS.edited({ message: { ...found, reactions: [...others, ...reactions.map((one) => ({ from, ...one }))] } });
  },
  /** Somebody is shown doing something: a page that asked to follow (?follow) turns to them. */
  spotlight({ person, chat }) {
    if (!new URLSearchParams(location.search).has("follow")) return;
    choosePerson(person);
    if (world.chats.has(chat)) chooseChat(chat);
  },
  toast: (event) => tell("toast", event),
  action: (event) => tell("action", event),
};

/** A group that moved is followed to its new number; one that was left is closed. */
function followMove() {
  const chat = openChat();
  if (!chat) return;
  const moved = world.chats.get(chat.migrated_to);
  if (moved && isMember(moved, view.me)) chooseChat(moved.id);
  else if (!isMember(chat, view.me)) chooseChat(null);
}

/** Look at the world from this person's phone; a group both are in stays open. */
export function choosePerson(id) {
  if (!world.people.has(id)) return;
  view.me = id;
  sessionStorage.setItem("me", String(id));
  const chat = openChat();
  if (chat && !isMember(chat, id)) view.chat = isPrivate(chat) ? id : null;
  markRead();
  tell("selection");
}

export function chooseChat(id) {
  view.chat = id;
  markRead();
  tell("selection");
}

const place = (person, chat) => `${person}:${chat}`;

/** What is on the screen counts as read. */
export function markRead() {
  const chat = openChat();
  if (!chat || view.me === null) return;
  read.set(place(view.me, chat.id), lastMessage(chat)?.id ?? 0);
}

/** Before anything was looked at, what came after a person's own last words is unread. */
export function unreadCount(person, chat) {
  const seen = read.get(place(person, chat.id));
  let count = 0;
  for (const message of [...chat.messages.values()].reverse()) {
    if (seen !== undefined ? message.id <= seen : message.from === person) break;
    if (message.kind !== "service" && message.from !== person) count += 1;
  }
  return count;
}
