/** The map one can move and tap: by finger, mouse, wheel and keyboard. */
import { drawMap } from "./mapdraw.js";
import { el, iconButton } from "./dom.js";
import { GroundView, distance } from "./geo.js";
import { t } from "./strings.js";

const SNAP_PIXELS = 18;

/**
 * @param {Object[]} places
 * @param {(point: {latitude: number, longitude: number, place?: Object}) => void} onPick
 */
export function mapView(places, onPick) {
  const canvas = el("canvas", {
    class: "map-canvas",
    tabindex: "0",
    role: "application",
    "aria-label": t("mapHelp"),
    testid: "map",
  });
  const state = { view: new GroundView({ latitude: 23.7, longitude: 113.0 }, 40, 320, 300), pin: null, accuracy: 0 };
  const draw = () => drawMap(canvas, state.view, { places, pin: state.pin, accuracy: state.accuracy });
  const pick = (x, y) => {
    const point = snapped(state.view, places, x, y);
    state.pin = point;
    draw();
    onPick(point);
  };
  const zoom = (factor, x, y) => {
    state.view.zoom(factor, x, y);
    draw();
  };
  listenToPointers(canvas, state, { draw, pick, zoom });
  listenToKeys(canvas, state, { draw, pick, zoom });
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, event.offsetX, event.offsetY);
    },
    { passive: false },
  );
  const box = el(
    "div",
    { class: "map-box" },
    canvas,
    el(
      "div",
      { class: "map-zoom" },
      iconButton("plus", t("zoomIn"), () => zoom(1.6)),
      iconButton("minus", t("zoomOut"), () => zoom(1 / 1.6)),
    ),
    el("p", { class: "hint", text: t("mapHelp") }),
  );
  const show = () => {
    state.view.width = canvas.clientWidth;
    state.view.height = canvas.clientHeight;
    if (!state.shown) state.view.fit(places.length ? places : [state.view.centre]);
    state.shown = true;
    draw();
  };
  const setPin = (point, accuracy) => {
    state.pin = point;
    state.accuracy = accuracy;
  };
  return { box, show, setPin };
}

/** A tap on a dot means the place itself. */
function snapped(view, places, x, y) {
  const point = view.toPoint(x, y);
  const near = places
    .filter((place) => distance(point, place) < SNAP_PIXELS * view.scale)
    .sort((a, b) => distance(point, a) - distance(point, b))[0];
  return near ? { latitude: near.latitude, longitude: near.longitude, place: near } : point;
}

function listenToPointers(canvas, state, { draw, pick, zoom }) {
  const fingers = new Map();
  let travelled = 0;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    if (fingers.size === 1) travelled = 0;
  });
  canvas.addEventListener("pointermove", (event) => {
    const was = fingers.get(event.pointerId);
    if (!was) return;
    const now = { x: event.offsetX, y: event.offsetY };
    if (fingers.size === 2) {
      const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
      zoom(gap(now, other) / Math.max(1, gap(was, other)), (now.x + other.x) / 2, (now.y + other.y) / 2);
      travelled = 99;
    } else {
      state.view.pan(now.x - was.x, now.y - was.y);
      travelled += gap(now, was);
      draw();
    }
    fingers.set(event.pointerId, now);
  });
  canvas.addEventListener("pointerup", (event) => {
    fingers.delete(event.pointerId);
    if (travelled < 6 && fingers.size === 0) pick(event.offsetX, event.offsetY);
  });
  canvas.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
}

const gap = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

function listenToKeys(canvas, state, { draw, pick, zoom }) {
  const pans = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] };
  canvas.addEventListener("keydown", (event) => {
    const pan = pans[event.key];
    if (pan) {
      state.view.pan(...pan);
      draw();
    } else if (event.key === "+" || event.key === "=") zoom(1.4);
    else if (event.key === "-") zoom(1 / 1.4);
    else if (event.key === "Enter" || event.key === " ") pick(state.view.width / 2, state.view.height / 2);
    else return;
    event.preventDefault();
  });
}
