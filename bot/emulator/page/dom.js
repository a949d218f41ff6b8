/** Elements are built here and only here, so that no text is ever read as markup. */

/**
 * @param {string} tag
 * @param {Object} [props] class, testid, text, on:{event:fn}, dataset:{}, style:{}; anything else becomes an attribute
 * @param {...(Node|string|null|false|undefined)} children
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name === "testid") node.dataset.testid = value;
    else if (name === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else if (name === "dataset") Object.assign(node.dataset, value);
    else if (name === "style") for (const [key, text] of Object.entries(value)) node.style.setProperty(key, text);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Replace what an element holds. */
export function fill(node, ...children) {
  node.replaceChildren(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

const SHAPES = {
  back: "M15 5l-7 7 7 7",
  send: "M4 12l16-8-5 16-3.5-6.5L4 12zM11.5 13.5L20 4",
  attach: "M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7L9.8 17a1.6 1.6 0 0 1-2.3-2.3l7.5-7.5",
  photo: "M4 6h16v13H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 10a1.2 1.2 0 1 0 0-.1",
  place: "M12 21s-7-6.2-7-11.5a7 7 0 0 1 14 0C19 14.8 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5",
  contact: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20.5c1-4 4-5.5 8-5.5s7 1.5 8 5.5",
  voice: "M12 15a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v6a3 3 0 0 0 3 3zM6 11.5a6 6 0 0 0 12 0M12 17.5V21",
  sticker: "M5 4h14v9l-6 7H5zM13 20v-7h6M9 9.5v.01M14.5 9.5v.01",
  video: "M3 7h12v10H3zM15 11l6-3v8l-6-3",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  close: "M6 6l12 12M18 6L6 18",
  reply: "M10 6l-6 6 6 6M4 12h9c4 0 7 2 7 6",
  forward: "M14 6l6 6-6 6M20 12h-9c-4 0-7 2-7 6",
  edit: "M5 19h3.5L19 8.5 15.5 5 5 15.5zM13 7.5l3.5 3.5",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  trash: "M5 7h14M10 4h4M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  down: "M12 5v14M6 13l6 6 6-6",
  chevron: "M7 10l5 5 5-5",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
  language: "M4 6h10M9 4v2M6 6c1 4 4 6.5 7 8M12.5 6c-1 4.5-4 7.5-8 9M12.5 20l4-10 4 10M14 17h5",
  keyboard: "M3 7h18v11H3zM7 10.5v.01M11 10.5v.01M15 10.5v.01M8 14.5h8M18 10.5v.01",
  slash: "M14.5 5l-5 14",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  group: "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19c.6-3.600 3-5 6.5-5s5.900 1.400 6.5 5M16 5a3.300 3.300 0 0 1 0 6.400M18 14.300c2 .7 3.200 2.200 3.5 4.700",
  offline: "M3 4l18 16M5 12a10 10 0 0 1 4-2.600M2 8.5a15 15 0 0 1 4-2.600M19 12a10 10 0 0 0-5-3M22 8.5A15 15 0 0 0 11 4.700M9 15.5a4.5 4.5 0 0 1 5 0M12 19v.01",
  online: "M2 8.5a15 15 0 0 1 20 0M5 12a10 10 0 0 1 14 0M8.5 15.5a5 5 0 0 1 7 0M12 19v.01",
  block: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.700 5.700l12.600 12.600",
  pin: "M9 4h6l-1 6 3 3v2H7v-2l3-3zM12 15v6",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.700-5.700L12 7M14 10a4 4 0 0 0-6-.4l-3 3A4 4 0 0 0 10.700 18.300L12 17",
  check: "M5 12.5l4.5 4.5L19 7.5",
  checks: "M2 12.5L6.5 17 14.5 8M11 16.5l.5.5L20 8",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20 20",
  up: "M12 19V5M6 11l6-6 6 6",
  out: "M9 15L19 5M12 5h7v7",
  bot: "M12 21.5s-7.5-6.5-7.5-12a7.5 7.5 0 0 1 15 0c0 5.5-7.5 12-7.5 12zM8.5 9.800l2.5 2.5 4.5-4.800",
};

/** A small line drawing; decoration only, the button around it carries the name. */
export function icon(name, size = 22) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of [
    ["viewBox", "0 0 24 24"],
    ["width", size],
    ["height", size],
    ["aria-hidden", "true"],
  ]) {
    svg.setAttribute(key, String(value));
  }
  svg.classList.add("icon", `icon-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[name] ?? "");
  svg.append(path);
  return svg;
}

/** A button that shows only a drawing. */
export function iconButton(name, label, run, props = {}) {
  const { class: extra = "", ...rest } = props;
  return el(
    "button",
    { type: "button", class: `icon-button ${extra}`, "aria-label": label, title: label, on: { click: run }, ...rest },
    icon(name),
  );
}
