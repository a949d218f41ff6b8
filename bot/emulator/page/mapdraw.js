/** Draws places on plain ground: no tiles, so nothing is asked of any other host. */
import { metresText } from "./geo.js";

function colours(canvas) {
  const style = getComputedStyle(canvas);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    ground: read("--map-ground"),
    grid: read("--map-grid"),
    contour: read("--map-contour"),
    dot: read("--map-dot"),
    ink: read("--map-ink"),
    pin: read("--map-pin"),
    ring: read("--map-ring"),
  };
}

/** Size the canvas for the screen's pixels and give its pen, in CSS pixels. */
function penFor(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  return pen;
}

/** The round length nearest to what a hand's breadth of pixels spans. */
function roundLength(metres) {
  const power = 10 ** Math.floor(Math.log10(metres));
  return [1, 2, 5, 10].map((factor) => factor * power).findLast((length) => length <= metres) ?? power;
}

function drawGrid(pen, view, paint) {
  const step = roundLength(view.scale * 120) / view.scale;
  const origin = view.toPixel({
    latitude: Math.round(view.centre.latitude * 10) / 10,
    longitude: Math.round(view.centre.longitude * 10) / 10,
  });
  pen.strokeStyle = paint.grid;
  pen.lineWidth = 1;
  pen.beginPath();
  for (let x = origin.x - Math.ceil(origin.x / step) * step; x < view.width; x += step) line(pen, x, 0, x, view.height);
  for (let y = origin.y - Math.ceil(origin.y / step) * step; y < view.height; y += step) line(pen, 0, y, view.width, y);
  pen.stroke();
}

function line(pen, x1, y1, x2, y2) {
  pen.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
  pen.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5);
}

function circle(pen, x, y, radius) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, Math.PI * 2);
}

/** Names where they do not cover one another. */
function drawPlaces(pen, view, places, paint, withNames) {
  const taken = [];
  pen.font = '12px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';
  pen.textBaseline = "middle";
  for (const place of places) {
    const { x, y } = view.toPixel(place);
    if (x < -20 || y < -20 || x > view.width + 20 || y > view.height + 20) continue;
    circle(pen, x, y, 4.5);
    pen.fillStyle = paint.dot;
    pen.fill();
    pen.lineWidth = 1.5;
    pen.strokeStyle = paint.ground;
    pen.stroke();
    if (withNames) drawName(pen, place.name, x + 9, y, paint, taken);
  }
}

function drawName(pen, name, x, y, paint, taken) {
  const box = { left: x, right: x + pen.measureText(name).width + 4, top: y - 8, bottom: y + 8 };
  if (taken.some((one) => box.left < one.right && one.left < box.right && box.top < one.bottom && one.top < box.bottom))
    return;
  taken.push(box);
  pen.lineWidth = 3;
  pen.lineJoin = "round";
  pen.strokeStyle = paint.ground;
  pen.strokeText(name, x, y);
  pen.fillStyle = paint.ink;
  pen.fillText(name, x, y);
}

function drawPin(pen, view, point, accuracy, paint) {
  const { x, y } = view.toPixel(point);
  if (accuracy) {
    circle(pen, x, y, Math.max(10, accuracy / view.scale));
    pen.fillStyle = paint.ring;
    pen.fill();
  }
  pen.beginPath();
  pen.moveTo(x, y);
  pen.bezierCurveTo(x - 3, y - 8, x - 10, y - 12, x - 10, y - 20);
  pen.arc(x, y - 20, 10, Math.PI, 0);
  pen.bezierCurveTo(x + 10, y - 12, x + 3, y - 8, x, y);
  pen.fillStyle = paint.pin;
  pen.fill();
  pen.lineWidth = 1.5;
  pen.strokeStyle = paint.ground;
  pen.stroke();
  circle(pen, x, y - 20, 3.8);
  pen.fillStyle = paint.ground;
  pen.fill();
}

function drawScale(pen, view, paint) {
  const metres = roundLength(view.scale * 90);
  const length = metres / view.scale;
  const y = view.height - 14;
  pen.strokeStyle = paint.ink;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.moveTo(14, y - 5);
  pen.lineTo(14, y);
  pen.lineTo(14 + length, y);
  pen.lineTo(14 + length, y - 5);
  pen.stroke();
  pen.fillStyle = paint.ink;
  pen.font = "11px system-ui, sans-serif";
  pen.textBaseline = "alphabetic";
  pen.fillText(metresText(metres), 18, y - 5);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import("./geo.js").GroundView} view
 * @param {{places: Object[], pin?: Object|null, accuracy?: number, names?: boolean, scaleBar?: boolean}} what
 */
export function drawMap(canvas, view, { places, pin = null, accuracy = 0, names = true, scaleBar = true }) {
  const paint = colours(canvas);
  const pen = penFor(canvas, view.width, view.height);
  pen.fillStyle = paint.ground;
  pen.fillRect(0, 0, view.width, view.height);
  drawGrid(pen, view, paint);
  drawPlaces(pen, view, places, paint, names);
  if (pin) drawPin(pen, view, pin, accuracy, paint);
  if (scaleBar) drawScale(pen, view, paint);
}
