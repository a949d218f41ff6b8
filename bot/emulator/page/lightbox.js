/** A photo over the whole screen, with the chat's other photos to the left and right. */
import { fileUrl } from "./carried.js";
import { el, iconButton, icon } from "./dom.js";
import { openChat } from "./store.js";
import { t } from "./strings.js";

export function openLightbox(message) {
  const photos = [...openChat().messages.values()].filter((one) => one.kind === "photo");
  let at = photos.findIndex((one) => one.id === message.id);
  const image = el("img", { alt: "" });
  const words = el("p", { class: "caption" });
  const save = el("a", { class: "icon-button", "aria-label": t("download"), title: t("download") }, icon("down"));
  const show = (index) => {
    if (index < 0 || index >= photos.length) return;
    at = index;
    const one = photos[at];
    image.src = fileUrl(one.photo.file_id);
    image.alt = one.text || t("photo");
    words.textContent = one.text ?? "";
    save.href = image.src;
    save.download = `photo-${one.id}.jpg`;
    previous.disabled = at === 0;
    next.disabled = at === photos.length - 1;
    dialog.setAttribute("aria-label", t("lightbox", { n: at + 1, all: photos.length }));
  };
  const previous = iconButton("back", t("previous"), () => show(at - 1), { class: "previous" });
  const next = iconButton("back", t("next"), () => show(at + 1), { class: "next" });
  const dialog = el(
    "dialog",
    { class: "lightbox", testid: "lightbox" },
    el(
      "header",
      {},
      save,
      iconButton("close", t("close"), () => dialog.close(), { testid: "lightbox-close" }),
    ),
    previous,
    image,
    next,
    words,
  );
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(at - 1);
    if (event.key === "ArrowRight") show(at + 1);
  });
  swipe(
    image,
    (step) => show(at + step),
    () => dialog.close(),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  show(at);
  document.body.append(dialog);
  dialog.showModal();
}

function swipe(node, step, dismiss) {
  let from = null;
  node.addEventListener("pointerdown", (event) => {
    from = { x: event.clientX, y: event.clientY };
  });
  node.addEventListener("pointerup", (event) => {
    if (!from) return;
    const dx = event.clientX - from.x;
    const dy = event.clientY - from.y;
    from = null;
    if (Math.abs(dx) > 50 && Math.abs(dx) > Math.abs(dy)) step(dx < 0 ? 1 : -1);
    else if (dy > 90) dismiss();
  });
  node.addEventListener("dragstart", (event) => event.preventDefault());
}
