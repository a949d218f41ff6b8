/** The world's time in the header, and the menu that moves it. */
import { act } from "./connection.js";
import { complain, field, openSheet, toast } from "./dialogs.js";
import { el, fill, icon } from "./dom.js";
import { on, world } from "./store.js";
import { t } from "./strings.js";
import { ZONE, clockTime, dateAfter, localInput, monthDayTime, wholeTime, worldNow } from "./time.js";

const button = document.getElementById("clock");
let lastShown = "";

export function drawClock() {
  const now = worldNow();
  const text = monthDayTime(now);
  if (text === lastShown && button.childElementCount) return;
  lastShown = text;
  const [date, time] = text.split(" ");
  fill(button, icon("clock", 18), el("span", { class: "clock-date", text: date }), el("b", { text: time }));
  button.setAttribute("aria-label", t("clock", { time: wholeTime(now) }));
  button.title = wholeTime(now);
}

function openClock() {
  const now = worldNow();
  const move = (fields) => async () => {
    sheet.close();
    try {
      await act("clock", fields);
      toast(t("clockMoved", { time: wholeTime(worldNow()) }));
    } catch (error) {
      complain(error);
    }
  };
  const to = (date) => move({ to: date, zone: ZONE });
  const choice = (label, run, testid, disabled = false) =>
    el("button", { type: "button", class: "choice", testid, text: label, disabled, on: { click: run } });
  const input = el("input", { type: "datetime-local", value: localInput(now), testid: "clock-input" });
  const go = el("button", {
    type: "button",
    class: "primary",
    testid: "clock-go",
    text: t("goThere"),
    on: { click: () => input.value && to(input.value)() },
  });
  const sheet = openSheet({
    title: t("clockTitle"),
    testid: "clock-sheet",
    body: [
      el("p", { class: "big-time", text: wholeTime(now) }),
      el(
        "div",
        { class: "choices" },
        choice(t("addMinutes"), move({ by: 600 }), "clock-10m"),
        choice(t("addHour"), move({ by: 3600 }), "clock-1h"),
        choice(t("toEvening"), to(`${dateAfter(now, 0)}T18:00`), "clock-evening", clockTime(now) >= "18:00"),
        choice(t("toMorning"), to(`${dateAfter(now, 1)}T08:00`), "clock-morning"),
        Math.abs(world.offset) > 60 ? choice(t("toReal"), move({ by: -world.offset }), "clock-real") : null,
      ),
      el("div", { class: "with-button" }, field(t("toDate"), input), go),
    ],
  });
}

export function startClock() {
  button.addEventListener("click", openClock);
  on("clock world", drawClock);
  setInterval(drawClock, 1000);
}

export function redrawClock() {
  lastShown = "";
  drawClock();
}
