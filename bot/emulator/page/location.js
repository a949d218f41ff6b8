/** The sheet that sends a location: a place from the list, a point on the map, or typed coordinates. */
import { act } from "./connection.js";
import { complain, field, openSheet, segmented } from "./dialogs.js";
import { el } from "./dom.js";
import { distance, metresText, moved, parsePoint } from "./geo.js";
import { mapView } from "./mapview.js";
import { view, world } from "./store.js";
import { t } from "./strings.js";

const SHOWN_PLACES = 80;
const OFFSETS = [0, 35, 500];

/** Kept from one sheet to the next, as a person tends to stay where they are. */
const last = { tab: "places", metres: 35, accuracy: 12 };

/**
 * @param {{replyTo?: number|null, moving?: Object|null, onSent?: () => void}} options moving: the live location to move
 */
export function openLocation({ replyTo = null, moving = null, onSent } = {}) {
  const choice = { point: null, place: null, live: 0, venue: false };
  const accuracy = el("input", {
    type: "number",
    min: "0",
    max: "1500",
    inputmode: "numeric",
    value: String(last.accuracy),
    testid: "accuracy",
  });
  const summary = el("p", { class: "summary", role: "status", text: t("chooseFirst") });
  const go = el("button", {
    type: "button",
    class: "primary",
    disabled: true,
    testid: "send-location",
    text: t(moving ? "moveLocation" : "sendLocation"),
  });
  const settle = (point, place) => {
    Object.assign(choice, { point, place });
    go.disabled = !point;
    summary.textContent = point ? describe(point, place) : t("chooseFirst");
  };
  const tabs = locationTabs(settle, () => Number(accuracy.value));
  const extras = moving ? [] : [liveChoice(choice), venueChoice(choice)];
  const sheet = openSheet({
    title: t(moving ? "moveLive" : "sendLocation"),
    testid: "location-sheet",
    class: "tall",
    body: [
      tabs.bar,
      ...tabs.panels,
      el("div", { class: "form-grid" }, field(t("accuracyMetres"), accuracy), ...extras),
    ],
    footer: [summary, go],
  });
  tabs.show(last.tab);
  go.addEventListener("click", async () => {
    last.accuracy = Number(accuracy.value) || 0;
    sheet.close();
    try {
      await (moving ? moveLive(moving, choice) : sendLocation(choice, last.accuracy, replyTo));
      onSent?.();
    } catch (error) {
      complain(error);
    }
  });
}

function sendLocation({ point, place, live, venue }, accuracy, replyTo) {
  const common = {
    as: view.me,
    chat: view.chat,
    latitude: point.latitude,
    longitude: point.longitude,
    ...(replyTo ? { reply_to: replyTo } : {}),
  };
  if (venue && place) return act("send_venue", { ...common, title: place.name, address: place.note || place.name });
  const exact = accuracy > 0 ? { horizontal_accuracy: accuracy } : {};
  return act("send_location", { ...common, ...exact, ...(live ? { live_period: live } : {}) });
}

function moveLive(message, { point }) {
  return act("move_live", {
    as: view.me,
    chat: message.chat,
    message_id: message.id,
    latitude: point.latitude,
    longitude: point.longitude,
  });
}

function describe(point, place) {
  const where = `${point.latitude.toFixed(5)}, ${point.longitude.toFixed(5)}`;
  if (!place) return where;
  return `${t("near", { name: place.name, distance: metresText(distance(point, place)) })} · ${where}`;
}

function liveChoice(choice) {
  const select = el(
    "select",
    {
      testid: "live-period",
      on: {
        change: () => {
          choice.live = Number(select.value);
        },
      },
    },
    el("option", { value: "0", text: t("liveOff") }),
    el("option", { value: "900", text: t("minutes", { n: 15 }) }),
    el("option", { value: "3600", text: t("hours", { n: 1 }) }),
    el("option", { value: "28800", text: t("hours", { n: 8 }) }),
  );
  return field(t("live"), select);
}

function venueChoice(choice) {
  const box = el("input", {
    type: "checkbox",
    testid: "as-venue",
    on: {
      change: () => {
        choice.venue = box.checked;
      },
    },
  });
  return el("label", { class: "check" }, box, el("span", { text: t("asVenue") }));
}

function locationTabs(settle, accuracy) {
  const list = placesPanel(settle);
  const typed = typedPanel(settle);
  const map = mapView(world.places, (point) => {
    map.setPin(point, accuracy());
    settle(point, point.place ?? null);
  });
  const panels = { places: list, map: map.box, coordinates: typed };
  const show = (name) => {
    last.tab = name;
    for (const [key, panel] of Object.entries(panels)) panel.hidden = key !== name;
    if (name === "map") map.show();
  };
  const choices = Object.keys(panels).map((name) => ({ value: name, label: t(name), testid: `tab-${name}` }));
  const bar = segmented(t("sendLocation"), choices, last.tab, show);
  return { bar, panels: Object.values(panels), show };
}

function placesPanel(settle) {
  let chosen = null;
  const update = () =>
    chosen &&
    settle(
      last.metres ? moved(chosen, last.metres) : { latitude: chosen.latitude, longitude: chosen.longitude },
      chosen,
    );
  const how = segmented(
    t("whereFrom"),
    OFFSETS.map((metres) => ({
      value: metres,
      label: metres ? t("metresFrom", { n: metres }) : t("onTheSpot"),
      testid: `offset-${metres}`,
    })),
    last.metres,
    (metres) => {
      last.metres = metres;
      update();
    },
  );
  const list = el("div", { class: "place-list", role: "listbox", "aria-label": t("places") });
  const choose = (place, row) => {
    chosen = place;
    for (const other of list.children) other.setAttribute("aria-selected", String(other === row));
    update();
  };
  const search = el("input", {
    type: "search",
    placeholder: t("search"),
    "aria-label": t("search"),
    testid: "place-search",
    on: { input: () => showPlaces(list, search.value, choose) },
  });
  showPlaces(list, "", choose);
  return el("div", { class: "panel" }, how, search, list);
}

function showPlaces(list, wanted, choose) {
  const words = wanted.trim().toLowerCase();
  const found = world.places.filter((place) => `${place.name} ${place.note ?? ""}`.toLowerCase().includes(words));
  list.replaceChildren(
    ...found.slice(0, SHOWN_PLACES).map((place) => {
      const row = el(
        "button",
        {
          type: "button",
          role: "option",
          class: "place",
          "aria-selected": "false",
          testid: `place-${place.name}`,
          on: { click: () => choose(place, row) },
        },
        el("strong", { text: place.name }),
        place.note ? el("small", { text: place.note }) : null,
      );
      return row;
    }),
  );
  if (!found.length)
    list.append(el("p", { class: "hint", text: world.places.length ? t("nothingFound") : t("noPlaces") }));
}

function typedPanel(settle) {
  const note = el("small", { class: "error-note", role: "alert" });
  const input = el("input", {
    type: "text",
    inputmode: "decimal",
    placeholder: "23.7, 113.0",
    testid: "coordinates",
    autocomplete: "off",
  });
  input.addEventListener("input", () => {
    const point = parsePoint(input.value);
    note.textContent = point || !input.value.trim() ? "" : t("badCoordinates");
    settle(point, null);
  });
  return el("div", { class: "panel" }, field(t("latLon"), input, note));
}
