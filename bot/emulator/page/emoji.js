/** Emoji drawn by hand for systems that have no font for them; elsewhere the system's own are shown. */
import { el } from "./dom.js";

const RED = "#d9432f";
const GREEN = "#2c9a5b";
const BLUE = "#2f7fc2";
const AMBER = "#f0a92e";
const GREY = "#7d8f92";
const PAPER = "#f4f0e4";
const DARK = "#33484b";
const SKIN = "#f2c14b";

const disc = (colour) => [[colour, "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z"]];
const box = (colour) => [colour, "M6 3h12a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3z"];
const sheet = [PAPER, "M4 3h16v18H4z"];
const edge = [GREY, "M4 3h16v18H4z", 1.2];
const lines = [GREY, "M8 9h8M8 13h8M8 17h5", 1.6];
const house = [
  [PAPER, "M5 11h14v10H5z"],
  [RED, "M2 12L12 3l10 9z"],
  [DARK, "M10 15h4v6h-4z"],
];
const tray = [[BLUE, "M3 13h5l2 3h4l2-3h5v8H3z"]];
const clock = [
  ["#fff", "M12 4a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z"],
  [DARK, "M12 4a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 8v5l3.5 2", 2],
];
const person = (colour, x) => [colour, `M${x} 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM${x - 7} 21c0-5 3-8 7-8s7 3 7 8z`];
const thumb = "M8 11l4-8c2 0 3 1.5 2.5 4L14 10h5c2 0 2.5 2 1.5 3.5 0 4-1.5 7-3.5 7H8zM3 11h4v10H3z";

/** Fills, or strokes where a width is given, on a square of 24. */
const DRAWN = {
  "✅": [box(GREEN), ["#fff", "M7 12.5l3.5 3.5L17.5 8.5", 2.8]],
  "☑": [box(BLUE), ["#fff", "M7 12.5l3.5 3.5L17.5 8.5", 2.8]],
  "❌": [[RED, "M5.5 5.5l13 13M18.5 5.5l-13 13", 3.6]],
  "❎": [box(GREEN), ["#fff", "M8 8l8 8M16 8l-8 8", 2.8]],
  "⭕": [[RED, "M12 4.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15z", 3]],
  "📍": [[GREY, "M12 13v9", 2], [RED, "M12 2a6 6 0 1 0 0 12 6 6 0 0 0 0-12z"], ["#ff9a8a", "M10 5.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z"]],
  "📌": [[GREY, "M11 13l-7 8", 2], [RED, "M12 3l9 9-2 1-3 0-3 4 0 2-1 1-8-8 1-1 2 0 4-3 0-3z"]],
  "📋": [["#b9834a", "M4 4h16v18H4z"], [PAPER, "M6 7h12v13H6z"], [GREY, "M9 2h6v5H9z"], [GREY, "M9 11h6M9 14h6M9 17h4", 1.5]],
  "📊": [sheet, edge, [GREEN, "M6.5 12h3v6h-3z"], [RED, "M10.5 6h3v12h-3z"], [BLUE, "M14.5 9h3v9h-3z"]],
  "📈": [sheet, edge, [RED, "M7 17l3.5-4 2.5 2 4-6", 2]],
  "📉": [sheet, edge, [BLUE, "M7 9l3.5 4 2.5-2 4 6", 2]],
  "📷": [["#5d7579", "M3 7h4l2-3h6l2 3h4v13H3z"], ["#bfe3ef", "M12 9a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z"], [DARK, "M12 11.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4z"]],
  "📸": [["#5d7579", "M3 7h4l2-3h6l2 3h4v13H3z"], ["#bfe3ef", "M12 9a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z"], [AMBER, "M18 1l1 3 3 1-3 1-1 3-1-3-3-1 3-1z"]],
  "🖼": [["#b9834a", "M2 4h20v16H2z"], ["#bfe3ef", "M4.5 6.5h15v11h-15z"], [GREEN, "M4.5 17.5l5-6 4 4 2-2 4 4z"]],
  "🗺": [["#cfe6c8", "M2 5l6-2 8 3 6-2v15l-6 2-8-3-6 2z"], [GREY, "M8 3v15M16 6v15", 1.3], [RED, "M5 12l3 1 4-3 3 2", 1.6]],
  "⚠": [[AMBER, "M12 2.5L22.5 21h-21z"], [DARK, "M12 9v6M12 18v.2", 2.4]],
  "⏰": [...clock, [RED, "M3 6l4-3.5M21 6l-4-3.5", 2.6]],
  "🕐": clock, "🕗": clock, "🕕": clock, "🕒": clock, "🕘": clock, "⏱": clock,
  "⏳": [["#b9834a", "M5 2h14v3H5zM5 19h14v3H5z"], ["#e9dfc4", "M7 5h10c0 4-3 5-3 7s3 3 3 7H7c0-4 3-5 3-7S7 9 7 5z"], [AMBER, "M9 19c0-2 3-4 3-4s3 2 3 4z"]],
  "🔔": [[AMBER, "M12 3a6 6 0 0 0-6 6v6l-2 3h16l-2-3V9a6 6 0 0 0-6-6zM10 19.5h4a2 2 0 0 1-4 0z"]],
  "🔕": [[GREY, "M12 3a6 6 0 0 0-6 6v6l-2 3h16l-2-3V9a6 6 0 0 0-6-6zM10 19.5h4a2 2 0 0 1-4 0z"], [RED, "M4 3l16 18", 2.2]],
  "🔁": [box(BLUE), ["#fff", "M7 11c0-2 1-3 3-3h7M15 5.5L17.5 8 15 10.5M17 13c0 2-1 3-3 3H7M9 13.5L6.5 16 9 18.5", 1.8]],
  "🔄": [box(BLUE), ["#fff", "M7 11c0-2 1-3 3-3h7M15 5.5L17.5 8 15 10.5M17 13c0 2-1 3-3 3H7M9 13.5L6.5 16 9 18.5", 1.8]],
  "🔗": [[GREY, "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3A4 4 0 0 0 10.7 18.3L12 17", 2.4]],
  "🔎": [["#bfe3ef", "M14 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14z"], [DARK, "M14 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM9 15l-6 6", 2.4]],
  "🔍": [["#bfe3ef", "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14z"], [DARK, "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM15 15l6 6", 2.4]],
  "📎": [[GREY, "M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7L9.8 17a1.6 1.6 0 0 1-2.3-2.3l7.5-7.5", 2]],
  "📝": [sheet, edge, lines, [AMBER, "M13 18l7-9 2.5 2-7 9-3 1z"]],
  "📄": [sheet, edge, lines], "🧾": [sheet, edge, lines], "📃": [sheet, edge, lines],
  "📅": [sheet, edge, [RED, "M4 3h16v5H4z"], [GREY, "M8 12h2M11 12h2M14 12h2M8 16h2M11 16h2", 2]],
  "📆": [sheet, edge, [RED, "M4 3h16v5H4z"], [GREY, "M8 12h2M11 12h2M14 12h2M8 16h2M11 16h2", 2]],
  "📤": [...tray, [GREEN, "M12 12V3M8 7l4-4 4 4", 2.4]],
  "📥": [...tray, [GREEN, "M12 3v9M8 8l4 4 4-4", 2.4]],
  "📁": [[AMBER, "M2 5h8l2 3h10v12H2z"]], "📂": [[AMBER, "M2 5h8l2 3h10v12H2z"]],
  "🏠": house, "🏢": [[BLUE, "M5 2h14v20H5z"], [PAPER, "M8 5h3v3H8zM13 5h3v3h-3zM8 10h3v3H8zM13 10h3v3h-3zM10 16h4v6h-4z"]],
  "🚻": [box(BLUE), ["#fff", "M8 6.5v.2M16 6.5v.2", 3.2], ["#fff", "M6 10h4v5H9v4H7v-4H6zM16 9.5l2.5 6H17v4h-2v-4h-1.5z"]],
  "🚽": [["#dfe9ea", "M5 3h5v8h10c0 4-2 6-5 6.5V21H8v-4.5C6 15 5 13 5 11z"], [GREY, "M5 11h15", 1.4]],
  "👤": [person(DARK, 12)], "👥": [person(GREY, 15.5), person(DARK, 9)],
  "👍": [[SKIN, thumb]], "👋": [[SKIN, "M5 8l2-2 5 5 1-1-6-6 2-1 6 6 1-1-4-5 2-1 5 6 1-4 3 1-1 7c-1 6-7 9-11 5z"]],
  "👉": [[SKIN, "M3 8h7l1-2h2v3h9v3h-9v6c-4 1-7 1-10 0z"]], "👇": [[SKIN, "M8 3v7l-2 1v2h3v9h3v-9h6c1-4 1-7 0-10z"]],
  "🎉": [[AMBER, "M3 21l5-13 8 8z"], [RED, "M14 4v.2M20 12v.2", 2.8], [BLUE, "M19 5v.2M11 3v.2", 2.8], [GREEN, "M15 9c1-3 3-3 5-3", 2]],
  "💡": [[AMBER, "M12 2a7 7 0 0 0-4 12.5V17h8v-2.5A7 7 0 0 0 12 2z"], [GREY, "M9 18.5h6v3H9z"]],
  "🚫": [[RED, "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM6.5 6.5l11 11", 2.8]], "⛔": [...disc(RED), ["#fff", "M7 12h10", 3.4]],
  "🟢": disc(GREEN), "🟡": disc(AMBER), "🔴": disc(RED), "🟠": disc("#e8742c"), "🔵": disc(BLUE), "⚪": disc("#dfe6e6"), "⚫": disc(DARK),
  "🟩": [box(GREEN)], "🟨": [box(AMBER)], "🟥": [box(RED)], "🟧": [box("#e8742c")], "🟦": [box(BLUE)], "⬜": [box("#dfe6e6")], "⬛": [box(DARK)],
  "❓": [[RED, "M8 8.5a4 4 0 1 1 6 3.5c-1.5 1-2 1.7-2 3.5M12 20v.2", 3]], "❗": [[RED, "M12 4v10M12 19.5v.2", 3.6]],
  "⭐": [[AMBER, "M12 2l3 7 7.5.6-5.7 5 1.7 7.4L12 18l-6.5 4 1.7-7.4-5.7-5L9 9z"]],
  "🔥": [["#e8742c", "M12 2c1 4 6 6 6 12a6 6 0 0 1-12 0c0-3 2-4 2-6 2 1 2 2 2 3 2-2 2-5 2-9z"], [AMBER, "M12 12c2 2 3 3 3 5a3 3 0 0 1-6 0c0-2 2-3 3-5z"]],
  "🔒": [[AMBER, "M5 10h14v11H5z"], [GREY, "M8 10V7a4 4 0 0 1 8 0v3", 2.2]], "🔑": [[AMBER, "M7 9a5 5 0 1 1 4.5 5H10v2H8v2H6v3H3v-3l5-5a5 5 0 0 1-1-4z"]],
  "🛠": [[GREY, "M5 19L17 7M7 5l12 14", 3]], "🔧": [[GREY, "M5 19l9-9M13 8a4 4 0 0 1 5-5l-2.5 3L18 8.5 21 6a4 4 0 0 1-5 5", 3]],
  "🧹": [["#b9834a", "M19 3l-8 9", 2.4], [AMBER, "M12 10l3 3c0 4-3 8-8 8H3c4-3 4-9 9-11z"]],
  "☎": [[RED, "M3 9c4-6 14-6 18 0l-3 3-3-2v-2H9v2l-3 2zM7 13h10l2 7H5z"]], "📞": [[DARK, "M5 3l4 1 1 5-2.5 2c1 2.5 3 4.5 5.5 5.5L15 14l5 1 1 4c-2 2-4 2-6 1.5C9 19 5 15 3.5 9 3 7 3 5 5 3z"]],
  "🌐": [[BLUE, "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18", 1.7]],
  "↩": [box(BLUE), ["#fff", "M10 7L6 11l4 4M6 11h7c3 0 5 1.5 5 5", 2.2]], "➕": [[DARK, "M12 5v14M5 12h14", 3.4]], "➖": [[DARK, "M5 12h14", 3.4]],
};

const PATTERN = new RegExp(`(?:${Object.keys(DRAWN).join("|")})\\uFE0F?`, "gu");
const SVG = "http://www.w3.org/2000/svg";

/** Without a font every emoji is the same empty box, so two different ones look alike. */
function systemHasEmoji() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 24;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const look = (sign) => {
    pen.clearRect(0, 0, 24, 24);
    pen.font = "18px system-ui, sans-serif";
    pen.fillText(sign, 0, 18);
    return pen.getImageData(0, 0, 24, 24).data.join();
  };
  return look("📍") !== look("📊");
}

const needed = !systemHasEmoji();

/** The text as nodes; the sign itself stays in the text, so that it is read out, found and copied. */
export function signed(text) {
  const out = document.createDocumentFragment();
  if (!needed) {
    out.append(text);
    return out;
  }
  let at = 0;
  for (const match of text.matchAll(PATTERN)) {
    out.append(text.slice(at, match.index), drawn(match[0]));
    at = match.index + match[0].length;
  }
  out.append(text.slice(at));
  return out;
}

/** For lines that are cut off with dots, which a drawing would not heed. */
export function unsigned(text) {
  return needed ? text.replace(PATTERN, "").trim() : text;
}

function drawn(sign) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "1 1 22 22");
  svg.setAttribute("aria-hidden", "true");
  for (const [colour, shape, width] of DRAWN[sign.replace("\uFE0F", "")]) {
    const path = document.createElementNS(SVG, "path");
    const looks = width
      ? { fill: "none", stroke: colour, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round" }
      : { fill: colour };
    for (const [name, value] of Object.entries({ d: shape, ...looks })) path.setAttribute(name, String(value));
    svg.append(path);
  }
  return el("span", { class: "emoji" }, el("span", { text: sign }), svg);
}
