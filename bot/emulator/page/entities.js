/** A message's text with its bold, code and links, built node by node. */
import { el } from "./dom.js";
import { signed } from "./emoji.js";
import { isStartLink, followLink } from "./links.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};
const BARE_LINK = /https?:\/\/[^\s<>"'，。；）】」]+/g;

/** Links the server has not marked are found here, unless inside something marked. */
function withBareLinks(text, entities) {
  const found = [...text.matchAll(BARE_LINK)].map((match) => ({
    type: "url",
    offset: match.index,
    length: match[0].length,
  }));
  const free = found.filter(
    (link) =>
      !entities.some((mark) => mark.offset < link.offset + link.length && link.offset < mark.offset + mark.length),
  );
  return [...entities, ...free].sort((a, b) => a.offset - b.offset || b.length - a.length);
}

/** @returns {DocumentFragment} */
export function richText(text, entities = []) {
  const out = document.createDocumentFragment();
  append(out, text, 0, text.length, withBareLinks(text, entities ?? []));
  return out;
}

/** Marks may lie inside each other; their offsets count UTF-16 units, as JavaScript's strings do. */
function append(parent, text, from, to, marks) {
  let at = from;
  let rest = marks;
  while (rest.length) {
    const [mark, ...others] = rest;
    const end = Math.min(mark.offset + mark.length, to);
    if (mark.offset >= at && end > mark.offset) {
      parent.append(signed(text.slice(at, mark.offset)));
      const node = nodeFor(mark, text.slice(mark.offset, end));
      append(
        node,
        text,
        mark.offset,
        end,
        others.filter((one) => one.offset < end),
      );
      parent.append(node);
      at = end;
    }
    rest = others.filter((one) => one.offset >= at);
  }
  parent.append(signed(text.slice(at, to)));
}

function nodeFor(mark, text) {
  if (mark.type === "url") return linkNode(/^[a-z]+:/i.test(text) ? text : `https://${text}`);
  if (mark.type === "text_link") return linkNode(mark.url);
  if (mark.type === "spoiler") return spoiler();
  if (TAGS[mark.type]) return el(TAGS[mark.type]);
  return el("span", { class: `mark-${mark.type}` });
}

function linkNode(url) {
  if (isStartLink(url))
    return el("a", {
      href: url,
      class: "start-link",
      testid: "start-link",
      on: { click: (event) => followLink(url, event) },
    });
  if (!/^https?:\/\//i.test(url)) return el("span");
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" });
}

function spoiler() {
  return el("span", {
    class: "spoiler",
    role: "button",
    tabindex: "0",
    on: { click: (event) => event.currentTarget.classList.add("shown") },
  });
}
