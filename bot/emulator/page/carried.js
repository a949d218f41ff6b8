/** What a message carries: photos and albums, files, places, voices, cards. */
import { onServer } from "./connection.js";
import { el, icon } from "./dom.js";
import { signed } from "./emoji.js";
import { GroundView, metresText, nearest } from "./geo.js";
import { openLightbox } from "./lightbox.js";
import { drawMap } from "./mapdraw.js";
import { world } from "./store.js";
import { t } from "./strings.js";
import { worldNow } from "./time.js";

export const fileUrl = (fileId) => onServer(`/emulator/file/${encodeURIComponent(fileId)}`);

export function carried(message) {
  const build = CARRIED[message.kind];
  return build ? build(message) : null;
}

const CARRIED = {
  photo: (message) => photoNode(message),
  document: ({ document: file }) =>
    el(
      "a",
      {
        class: "file",
        href: fileUrl(file.file_id),
        download: file.name ?? "file",
        testid: "download",
        "aria-label": `${t("download")} ${file.name ?? ""}`,
      },
      el("span", { class: "file-icon" }, icon("file", 24)),
      el(
        "span",
        { class: "file-name" },
        el("b", { text: file.name ?? t("document") }),
        el("small", { text: sizeText(file.size) }),
      ),
    ),
  location: (message) => locationNode(message.location, null, isLive(message)),
  venue: ({ venue, location }) => locationNode(venue.location ?? location ?? venue, venue),
  voice: ({ voice }) =>
    el(
      "div",
      { class: "file" },
      el("span", { class: "file-icon" }, icon("voice", 24)),
      el("span", { class: "wave", "aria-label": t("voice") }, ...waves()),
      el("small", { text: voice?.duration ? `${voice.duration} s` : "" }),
    ),
  video: () => film(),
  video_note: () => film(),
  animation: () => film(),
  sticker: ({ sticker }) => el("div", { class: "sticker" }, signed(sticker.emoji)),
  contact: ({ contact }) =>
    el(
      "div",
      { class: "file" },
      el("span", { class: "file-icon" }, icon("contact", 24)),
      el(
        "span",
        { class: "file-name" },
        el("b", { text: contact?.name ?? t("contact") }),
        el("small", { text: contact?.phone ?? "" }),
      ),
    ),
};

const film = () =>
  el("div", { class: "file" }, el("span", { class: "file-icon" }, icon("video", 24)), el("b", { text: t("video") }));

const waves = () =>
  [6, 12, 18, 10, 16, 22, 12, 8, 14, 18, 9, 5].map((height) => el("i", { style: { height: `${height}px` } }));

function sizeText(bytes = 0) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(0)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** The room is kept before the picture is there, so that the log does not jump. */
function photoNode(message, ratio = null) {
  const { file_id: id, width = 4, height = 3 } = message.photo;
  const shape = ratio ? {} : { "--ratio": String(Math.max(0.5, Math.min(2.2, width / height))) };
  const image = el("img", { src: fileUrl(id), alt: message.text || t("photo"), loading: "lazy", decoding: "async" });
  return el(
    "button",
    {
      type: "button",
      class: "photo",
      style: shape,
      "aria-label": t("photo"),
      testid: `photo-${message.id}`,
      on: { click: () => openLightbox(message) },
    },
    image,
  );
}

export function albumGrid(messages) {
  if (messages[0].kind !== "photo") {
    return el(
      "div",
      { class: "album-files" },
      ...messages.map((message) =>
        el("div", { testid: `message-${message.id}`, "data-from": message.from }, carried(message)),
      ),
    );
  }
  return el(
    "div",
    { class: `album-grid n${Math.min(messages.length, 10)}` },
    ...messages.map((message) =>
      el("div", { class: "tile", testid: `message-${message.id}`, "data-from": message.from }, photoNode(message, 1)),
    ),
  );
}

/** Shared for as long as was promised, unless it was stopped before. */
export function isLive({ kind, date, location }) {
  if (kind !== "location" || !location.live_period || location.ended) return false;
  return worldNow() < date + location.live_period;
}

function locationNode(point, venue, living = false) {
  const canvas = el("canvas", { class: "mini-map", "aria-hidden": "true" });
  const near = nearest(point, world.places);
  const words =
    near && near.metres < 50_000 ? t("near", { name: near.place.name, distance: metresText(near.metres) }) : "";
  const title = venue ? venue.title : point.live_period ? t(living ? "liveLocation" : "liveEnded") : t("location");
  queueMicrotask(() => drawMini(canvas, point, near));
  return el(
    "div",
    { class: "location" },
    canvas,
    el(
      "div",
      { class: "location-words" },
      el("b", { class: living ? "living" : "", text: title }),
      venue ? el("span", { text: venue.address }) : words ? el("span", { text: words }) : null,
      el("small", {
        text: `${point.latitude.toFixed(5)}, ${point.longitude.toFixed(5)}${point.horizontal_accuracy ? ` · ${t("accuracy", { n: Math.round(point.horizontal_accuracy) })}` : ""}`,
      }),
    ),
  );
}

function drawMini(canvas, point, near) {
  const width = 260;
  const height = 132;
  const metres = near && near.metres < 3000 ? Math.max(80, near.metres * 2.6) : 600;
  const ground = new GroundView(point, metres / height, width, height);
  drawMap(canvas, ground, {
    places: world.places,
    pin: point,
    accuracy: point.horizontal_accuracy ?? 0,
    scaleBar: false,
  });
}
