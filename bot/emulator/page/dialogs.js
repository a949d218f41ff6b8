/** Sheets, menus and passing notices; all native dialogs, so that focus and Escape behave. */
import { el, icon, iconButton } from "./dom.js";
import { signed } from "./emoji.js";
import { t } from "./strings.js";

/**
 * A dialog: from below on a phone, in the middle on a desk.
 * @param {{title: string, testid?: string, class?: string, body: Node[], footer?: Node[], onClose?: () => void}} parts
 */
export function openSheet({ title, testid, class: extra = "", body, footer = [], onClose }) {
  const close = () => dialog.close();
  const dialog = el(
    "dialog",
    { class: `sheet ${extra}`, testid, "aria-label": title },
    el(
      "header",
      { class: "sheet-head" },
      el("h2", { text: title }),
      iconButton("close", t("close"), close, { testid: "sheet-close" }),
    ),
    el("div", { class: "sheet-body" }, ...body),
    footer.length ? el("footer", { class: "sheet-foot" }, ...footer) : null,
  );
  return show(dialog, onClose);
}

function show(dialog, onClose) {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    onClose?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, close: () => dialog.close() };
}

/**
 * A list of things to do, beside what was pressed (from below on a phone).
 * @param {Element|null} anchor
 * @param {{icon: string, label: string, run: () => void, testid?: string, danger?: boolean}[]} items
 */
export function openMenu(anchor, items, label = t("actions")) {
  const choose = (item) => {
    opened.close();
    item.run();
  };
  const buttons = items.map((item) =>
    el(
      "button",
      {
        type: "button",
        role: "menuitem",
        class: `menu-item${item.danger ? " danger" : ""}`,
        testid: item.testid,
        on: { click: () => choose(item) },
      },
      icon(item.icon),
      el("span", {}, signed(item.label)),
    ),
  );
  const dialog = el(
    "dialog",
    { class: "menu", role: "menu", "aria-label": label, on: { keydown: (event) => walk(event, buttons) } },
    ...buttons,
  );
  const opened = show(dialog);
  if (anchor && innerWidth >= 720) standBeside(dialog, anchor.getBoundingClientRect());
}

function walk(event, buttons) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const at = buttons.indexOf(document.activeElement);
  buttons[(at + step + buttons.length) % buttons.length].focus();
}

function standBeside(dialog, rect) {
  const { width, height } = dialog.getBoundingClientRect();
  const left = Math.max(8, Math.min(rect.left, innerWidth - width - 8));
  const below = rect.bottom + 6;
  const top = below + height < innerHeight - 8 ? below : Math.max(8, rect.top - height - 6);
  dialog.classList.add("beside");
  dialog.style.left = `${left}px`;
  dialog.style.top = `${top}px`;
}

/** A notice that goes by itself. */
export function toast(text, { error = false } = {}) {
  const note = el(
    "div",
    { class: `toast${error ? " error" : ""}`, role: error ? "alert" : "status", testid: "toast" },
    signed(text),
  );
  const shelf = document.getElementById("toasts");
  shelf.append(note);
  // Shown anew, so that it lies above a dialog opened since.
  if (shelf.matches(":popover-open")) shelf.hidePopover();
  shelf.showPopover();
  setTimeout(() => note.classList.add("going"), 3200 + text.length * 30);
  setTimeout(() => note.remove(), 3600 + text.length * 30);
}

/** What must be read before going on. */
export function alertBox(text) {
  const ok = el("button", {
    type: "button",
    class: "primary",
    testid: "alert-ok",
    text: t("ok"),
    on: { click: () => opened.close() },
  });
  const dialog = el(
    "dialog",
    { class: "alert", role: "alertdialog", testid: "alert", "aria-label": text },
    el("p", {}, signed(text)),
    ok,
  );
  const opened = show(dialog);
  ok.focus();
}

/** Say what went wrong, in the server's words. */
export function complain(error) {
  toast(t("failed", { error: error.message }), { error: true });
}

/** A labelled field of a form. */
export function field(label, input, note = null) {
  return el("label", { class: "field" }, el("span", { text: label }), input, note);
}

/**
 * One of a few, as a row of buttons.
 * @param {{value: any, label: string, testid?: string}[]} choices
 */
export function segmented(label, choices, chosen, onChange) {
  const row = el("div", { class: "segmented", role: "radiogroup", "aria-label": label });
  const paint = (value) => {
    for (const [i, button] of [...row.children].entries())
      button.setAttribute("aria-checked", String(choices[i].value === value));
  };
  row.append(
    ...choices.map((choice) =>
      el("button", {
        type: "button",
        role: "radio",
        testid: choice.testid,
        text: choice.label,
        on: {
          click: () => {
            paint(choice.value);
            onChange(choice.value);
          },
        },
      }),
    ),
  );
  paint(chosen);
  return row;
}
