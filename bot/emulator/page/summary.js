/** A message in one line, and what a chat says about itself. */
import { nameOf } from "./store.js";
import { t } from "./strings.js";

/** A message in few words, for lists, replies and the pinned bar. */
export function preview(message) {
  if (message.kind === "service") return serviceText(message);
  const kind =
    message.kind === "text"
      ? ""
      : t(message.kind === "location" && message.location?.live_period ? "liveLocation" : message.kind);
  const said = (message.text ?? "").replace(/\s+/g, " ");
  if (message.kind === "venue") return `${kind} · ${message.venue?.title ?? ""}`;
  return [kind, said].filter(Boolean).join(" · ");
}

export function serviceText({ service = {}, from, text }) {
  const by = nameOf(from);
  const nameIn = (who) => who?.name ?? who?.first_name ?? nameOf(who?.id ?? who);
  const arrived = service.new_chat_members ?? (service.new_chat_member ? [service.new_chat_member] : null);
  if (arrived) {
    const others = arrived.filter((who) => (who?.id ?? who) !== from);
    return others.length ? t("svcAdded", { by, name: others.map(nameIn).join("、") }) : t("svcJoined", { name: by });
  }
  const left = service.left_chat_member;
  if (left)
    return (left.id ?? left) === from
      ? t("svcLeft", { name: nameIn(left) })
      : t("svcRemoved", { by, name: nameIn(left) });
  if (service.group_chat_created || service.supergroup_chat_created) return t("svcCreated", { by });
  if (service.migrate_to_chat_id || service.migrate_from_chat_id) return t("svcMigrated");
  if (service.pinned_message) return t("svcPinned", { by });
  if (service.new_chat_title) return t("svcTitle", { title: service.new_chat_title });
  return text || t("svcOther");
}
