/** Forms for a new person and a new group. */
import { faceOf } from "./avatars.js";
import { act } from "./connection.js";
import { complain, field, openSheet } from "./dialogs.js";
import { el } from "./dom.js";
import { chooseChat, choosePerson, personName, view, world } from "./store.js";
import { currentLanguage, t } from "./strings.js";

export function openAddPerson() {
  const name = el("input", { type: "text", required: true, autocomplete: "off", testid: "person-name" });
  const username = el("input", {
    type: "text",
    autocomplete: "off",
    pattern: "[A-Za-z0-9_]{3,32}",
    testid: "person-username",
  });
  const language = el(
    "select",
    { testid: "person-language" },
    el("option", { value: "zh", text: "中文" }),
    el("option", { value: "en", text: "English" }),
  );
  language.value = currentLanguage();
  openForm(
    t("addPerson"),
    "person-sheet",
    [field(t("name"), name), field(t("username"), username), field("中文 / English", language)],
    t("add"),
    async () => {
      const person = await act("add_person", {
        name: name.value.trim(),
        username: username.value.trim() || undefined,
        language: language.value,
      });
      choosePerson(person.id);
    },
  );
  name.focus();
}

export function openAddGroup() {
  const title = el("input", { type: "text", required: true, autocomplete: "off", testid: "group-title" });
  const rows = [...world.people.values()].map(memberRow);
  const withBot = el("input", { type: "checkbox", checked: true, testid: "group-with-bot" });
  const large = el("input", { type: "checkbox", testid: "group-super" });
  const body = [
    field(t("groupTitle"), title),
    el("fieldset", { class: "member-list" }, el("legend", { text: t("groupMembers") }), ...rows.map((row) => row.node)),
    el("label", { class: "check" }, withBot, el("span", { text: t("includeBot") })),
    el("label", { class: "check" }, large, el("span", { text: t("supergroup") })),
  ];
  openForm(t("addGroup"), "group-sheet", body, t("create"), async () => {
    const ids = (wanted) => rows.filter((row) => row[wanted].checked).map((row) => row.id);
    const kind = large.checked ? "supergroup" : "group";
    const chat = await act("add_group", {
      as: view.me,
      title: title.value.trim(),
      members: ids("inside"),
      admins: ids("admin"),
      kind,
    });
    if (withBot.checked) await act("add_bot", { as: view.me, chat: chat.id });
    chooseChat(chat.id);
  });
  title.focus();
}

function memberRow(person) {
  const isMe = person.id === view.me;
  const inside = el("input", { type: "checkbox", checked: isMe, testid: `member-${person.id}` });
  const admin = el("input", {
    type: "checkbox",
    checked: isMe,
    testid: `admin-${person.id}`,
    on: {
      change: () => {
        if (admin.checked) inside.checked = true;
      },
    },
  });
  inside.addEventListener("change", () => {
    if (!inside.checked) admin.checked = false;
  });
  const node = el(
    "div",
    { class: "member" },
    el("label", { class: "check" }, inside, faceOf(person.id, "small"), el("span", { text: personName(person) })),
    el("label", { class: "check" }, admin, el("span", { text: t("admin") })),
  );
  return { id: person.id, inside, admin, node };
}

function openForm(title, testid, body, label, run) {
  const go = el("button", { type: "submit", class: "primary", testid: `${testid}-go`, text: label });
  const form = el("form", { class: "form", on: { submit: submit } }, ...body, go);
  const sheet = openSheet({ title, testid, body: [form] });
  async function submit(event) {
    event.preventDefault();
    go.disabled = true;
    try {
      await run();
      sheet.close();
    } catch (error) {
      complain(error);
      go.disabled = false;
    }
  }
}
