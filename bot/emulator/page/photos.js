/** The sheet that sends one photo or an album, from the samples or from this device. */
import { act, upload } from "./connection.js";
import { complain, field, openSheet, segmented, toast } from "./dialogs.js";
import { el, icon } from "./dom.js";
import { view, world } from "./store.js";
import { t } from "./strings.js";

const MOST = 10;

const sampleUrl = (name) => `/emulator/sample/${encodeURIComponent(name)}`;

/** @param {{files?: File[], replyTo?: number|null, onSent?: () => void}} options */
export function openPhotos({ files = [], replyTo = null, onSent } = {}) {
  /** @type {{key: string, sample?: string, file?: File}[]} in the order chosen */
  const chosen = [];
  const made = [];
  let asFiles = false;
  const grid = el("div", { class: "sample-grid", role: "group", "aria-label": t("samples") });
  const caption = el("textarea", { rows: "1", testid: "caption" });
  const go = el("button", { type: "button", class: "primary", testid: "send-photos", disabled: true, text: t("send") });
  const hint = el("p", { class: "hint", role: "status", text: t("choosePhotos") });
  const refresh = () => {
    go.disabled = chosen.length === 0;
    go.textContent = chosen.length > 1 ? t("sendN", { n: chosen.length }) : t("send");
    hint.textContent = chosen.length ? t("chosen", { n: chosen.length }) : t("choosePhotos");
    for (const tile of grid.querySelectorAll(".sample"))
      numberTile(
        tile,
        chosen.findIndex((one) => one.key === tile.dataset.key),
      );
  };
  const toggle = (item) => {
    const at = chosen.findIndex((one) => one.key === item.key);
    if (at >= 0) chosen.splice(at, 1);
    else if (chosen.length < MOST) chosen.push(item);
    else toast(t("atMost"));
    refresh();
  };
  const addFiles = (list) => {
    for (const file of list) {
      const item = { key: `file:${made.length}`, file };
      const url = URL.createObjectURL(file);
      made.push(url);
      grid.querySelector(".pick-file").after(tile(item, url, file.name, toggle));
      toggle(item);
    }
  };
  grid.append(
    picker(addFiles),
    ...world.samples.map((name) => tile({ key: `sample:${name}`, sample: name }, sampleUrl(name), name, toggle)),
  );
  const sheet = openSheet({
    title: t("photos"),
    testid: "photo-sheet",
    class: "tall",
    body: [
      grid,
      segmented(
        t("photos"),
        [
          { value: false, label: t("asPhoto"), testid: "as-photo" },
          { value: true, label: t("asFile"), testid: "as-file" },
        ],
        false,
        (value) => {
          asFiles = value;
        },
      ),
      field(t("caption"), caption),
    ],
    footer: [hint, go],
    onClose: () => made.forEach((url) => URL.revokeObjectURL(url)),
  });
  addFiles(files);
  go.addEventListener("click", async () => {
    const items = [...chosen];
    sheet.close();
    onSent?.();
    await sendAll(items, asFiles, caption.value.trim(), replyTo).catch(complain);
  });
}

function picker(addFiles) {
  const input = el("input", {
    type: "file",
    accept: "image/*,.pdf,.xlsx,.csv,.zip",
    multiple: true,
    class: "off-screen",
    testid: "file-input",
    on: {
      change: () => {
        addFiles([...input.files]);
        input.value = "";
      },
    },
  });
  return el("label", { class: "pick-file" }, input, icon("plus", 28), el("span", { text: t("fromDisk") }));
}

function tile(item, url, name, toggle) {
  const isPicture = !item.file || item.file.type.startsWith("image/");
  return el(
    "button",
    {
      type: "button",
      class: "sample",
      "aria-pressed": "false",
      "aria-label": name,
      title: name,
      testid: `sample-${name}`,
      dataset: { key: item.key },
      on: { click: () => toggle(item) },
    },
    isPicture
      ? el("img", { src: url, alt: "", on: { load: (event) => event.target.parentElement.classList.add("loaded") } })
      : el("span", { class: "file-icon" }, icon("file", 28)),
    el("span", { class: "number", "aria-hidden": "true" }),
  );
}

function numberTile(tile, index) {
  tile.setAttribute("aria-pressed", String(index >= 0));
  tile.querySelector(".number").textContent = index >= 0 ? String(index + 1) : "";
}

async function sendAll(items, asFiles, caption, replyTo) {
  const { me: as, chat } = view;
  const files = await Promise.all(items.map((item) => (item.file ? upload(item.file) : `sample:${item.sample}`)));
  const common = { as, chat, ...(caption ? { caption } : {}), ...(replyTo ? { reply_to: replyTo } : {}) };
  const isPicture = items.every((item) => !item.file || item.file.type.startsWith("image/"));
  const keepWhole = asFiles || !isPicture;
  if (files.length > 1)
    await act("send_album", { ...common, files: files.map((file) => ({ file })), as_files: keepWhole });
  else await act(keepWhole ? "send_file" : "send_photo", { ...common, file: files[0] });
}
