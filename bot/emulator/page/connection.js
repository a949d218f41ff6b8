/** The one line to the server: events come in, acts go out, and it reconnects by itself. */
import { t } from "./strings.js";

/** A server may hold several bots; the page's own address says which one is meant. */
export function onServer(path) {
  const bot = new URLSearchParams(location.search).get("bot");
  return bot ? `${path}?bot=${encodeURIComponent(bot)}` : path;
}

/** @type {WebSocket|null} */
let socket = null;
let tries = 0;
let counter = 0;
let wasOpen = false;
/** @type {Map<number, {resolve: Function, reject: Function}>} */
const pending = new Map();

/**
 * @param {(event: Object) => void} onEvent everything but the answers to acts
 * @param {(status: "open"|"reopened"|"lost") => void} onStatus
 */
export function connect(onEvent, onStatus) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const line = new WebSocket(`${scheme}://${location.host}${onServer("/emulator/ws")}`);
  socket = line;
  line.addEventListener("open", () => {
    onStatus(wasOpen ? "reopened" : "open");
    wasOpen = true;
    tries = 0;
  });
  line.addEventListener("message", ({ data }) => {
    const event = JSON.parse(data);
    if (event.event === "done") settle(event);
    else onEvent(event);
  });
  line.addEventListener("close", () => {
    abandonPending();
    onStatus("lost");
    tries += 1;
    setTimeout(() => connect(onEvent, onStatus), Math.min(5000, 300 * 2 ** tries));
  });
}

function settle({ id, ok, result, error }) {
  const waiting = pending.get(id);
  if (!waiting) return;
  pending.delete(id);
  if (ok) waiting.resolve(result);
  else waiting.reject(new Error(error ?? "?"));
}

/** Whether the server got these is not known, so nothing is sent again by itself. */
function abandonPending() {
  for (const { reject } of pending.values()) reject(new Error(t("lostAnswer")));
  pending.clear();
}

/** @type {(name: string, fields: Object, answer: Promise<Object>) => void} */
let watcher = () => {};

/** Be told of every act, to show what is still on the phone. */
export function watchActs(watch) {
  watcher = watch;
}

/** Do something as a person; over the socket, so that quick acts keep their order. */
export function act(name, fields = {}) {
  if (!socket || socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error(t("notConnected")));
  counter += 1;
  const id = counter;
  const answer = new Promise((resolve, reject) => pending.set(id, { resolve, reject }));
  socket.send(JSON.stringify({ id, do: name, ...fields }));
  watcher(name, fields, answer);
  return answer;
}

/** Hand a file to the server; the answer is how an act names it. */
export async function upload(file) {
  const response = await fetch(onServer("/emulator/upload"), {
    method: "POST",
    headers: { "X-File-Name": encodeURIComponent(file.name), "Content-Type": file.type || "application/octet-stream" },
    body: file,
  });
  const answer = await response.json();
  if (!answer.ok) throw new Error(answer.error);
  return `upload:${answer.result.id}`;
}

/** The world as it is now, for when the page no longer understands what it is told. */
export async function wholeState() {
  const answer = await (await fetch(onServer("/emulator/state"))).json();
  return { event: "state", ...answer.result };
}
