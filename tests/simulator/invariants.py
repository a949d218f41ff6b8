"""I1 to I14: what must be true of record, chats and photo store when all is done, and what a drained program is."""

import hashlib
import json
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.simulator import cases, naive
from tests.simulator.people import Visit
from tests.simulator.town import LEAD, OFFICE, STRANGER, VERIFIER

if TYPE_CHECKING:
    from tests.simulator.simulation import Simulation

UNDONE = {
    "inbox": "SELECT count(*) FROM inbox WHERE state = 'new'",
    "outbox": "SELECT count(*) FROM outbox WHERE state IN ('due', 'sending', 'unknown') {outbox}",
    "cards": "SELECT count(*) FROM cards WHERE state NOT IN ('dead', 'held')"
    " AND (wish <> shown OR stale_message_id IS NOT NULL) {cards}",
    "photos": "SELECT count(*) FROM photos WHERE state = 'pending' {photos}",
    "settling": "SELECT count(*) FROM checks WHERE submit_due_at IS NOT NULL",
}


def undone(sim: "Simulation", soon: bool) -> str:
    """What is left to do. `soon`: without what says itself that it waits for later, as a refused photo does."""
    found = []
    if len(sim.town.world.updates) and sim.town.world.updates._pending[-1].id > sim.witness.confirmed:
        found.append("updates")
    in_a_while = sim.machine.clock.now().replace(tzinfo=None)
    limit = f"AND {{}} <= '{in_a_while}'" if soon else ""
    terms = {"outbox": limit.format("due_at"), "cards": limit.format("due_at"), "photos": limit.format("next_try_at")}
    for what, query in UNDONE.items():
        count = sim.witness.ask(query.format(**terms))[0][0]
        if count:
            found.append(f"{count} {what}")
    return ", ".join(found)


def ask_everybody(sim: "Simulation") -> None:
    """The last questions of the day, when nothing is on its way any more (I13)."""
    if sim.faults.counts.get("flood"):
        sim.pass_time(60.0)  # who asked too much a moment ago is answered again after a minute
    for who, text in ((OFFICE, "进度"), (LEAD, "未整改"), (LEAD, "进度"), (STRANGER, "进度")):
        sim.town.does(who, "send_text", text=text)
    sim.pass_time(60.0, lambda: not undone(sim, soon=False) and sim.timeline.now % 1 > 0.5)
    sim.pass_time(10.0)
    naive.compare_with_notebooks(sim)


def check(sim: "Simulation") -> None:
    for ended in sim.machine.ended:
        sim.witness.breaks("I10", f"the program ended: {ended}")
    for words in sim.machine.unhandled:
        sim.witness.breaks("I10", words)
    _inbox(sim)
    _records(sim)
    _receipts(sim)
    _outgoing(sim)
    _cards(sim)
    _digests(sim)
    _journal(sim)
    _photos(sim)
    _dismissed(sim)
    cases.check(sim)


def _inbox(sim: "Simulation") -> None:
    """I1: every update is there once, and done, or dead with a reason and a word to its sender."""
    known = Counter(row[0] for row in sim.witness.ask("SELECT update_id FROM inbox"))
    for number in sim.town.world.updates.all:
        if known[number] != 1:
            sim.witness.breaks("I1", f"update {number} is {known[number]} times in the inbox")
    rows = sim.witness.ask("SELECT id, error FROM inbox WHERE state = 'dead'")
    poisoned, breaking = sim.faults.counts.get("poison", 0), sim.faults.counts.get("handler", 0)
    if len(rows) > poisoned + breaking:
        sim.witness.breaks("I10", f"{len(rows)} dead rows: {rows[:3]}")
    for number, error in rows:
        told = sim.witness.ask("SELECT count(*) FROM outbox WHERE key LIKE ?", f"dead:{number}:%:1")[0][0]
        if error.startswith("Injected") and not told:
            private = sim.witness.ask("SELECT chat FROM inbox WHERE id = ?", number)[0][0]
            if not private.startswith("-") and private != str(STRANGER):
                sim.witness.breaks("I3", f"nobody was told that row {number} is dead")


def _records(sim: "Simulation") -> None:
    """I2: what people did is there once, as they did it, and nothing else is."""
    rows = sim.witness.ask(
        "SELECT c.id, a.external_id, s.name, c.state, c.number, c.revision FROM checks c"
        " JOIN accounts a ON a.person_id = c.person_id LEFT JOIN sites s ON s.id = c.site_id"
    )
    dismissed = {number for number, _ in sim.witness.dismissed.values()}
    notebooks = [visit for inspector in sim.inspectors for visit in inspector.notebook]
    # A place that nobody had asked the verifier for begins a check, which they leave alone.
    unclear = {VERIFIER} | dismissed | {visit.person for visit in notebooks if visit.state == "shaken"}
    visits = [visit for visit in notebooks if visit.person not in unclear]
    found = Counter((int(who), site, state) for _, who, site, state, _, _ in rows if int(who) not in unclear)
    meant = Counter((v.person, v.site, v.state) for v in visits if v.state != "begun")
    if found != meant:
        sim.witness.breaks("I2", f"the record has {dict(found - meant)} too much, and lacks {dict(meant - found)}")
        return
    numbers = [number for *_, number, _ in rows if number]
    if len(set(numbers)) != len(numbers) and "clock" not in sim.faults.strength:
        sim.witness.breaks("I2", f"a number was given twice: {sorted(numbers)}")
    by_visit = {(int(who), site): (check, number, revision) for check, who, site, _, number, revision in rows}
    for visit in visits:
        if visit.state == "submitted":
            _one_record(sim, visit, *by_visit[visit.person, visit.site])


def _one_record(sim: "Simulation", visit: Visit, check: int, number: str, revision: int) -> None:
    ask, where = sim.witness.ask, f"check {number} of {visit.site} ({visit.style})"
    failed = dict(ask("SELECT i.number, r.note FROM item_results r JOIN checklist_items i ON i.id = r.item_id WHERE"
                      " r.check_id = ? AND r.replaced_at IS NULL AND r.outcome = 'fail'", check))  # fmt: skip
    if failed != visit.failed:
        sim.witness.breaks("I2", f"{where}: {visit.failed} was said, {failed} is recorded")
    answers = ask("SELECT count(*) FROM item_results WHERE check_id = ? AND replaced_at IS NULL", check)[0][0]
    if answers != 13:
        sim.witness.breaks("I2", f"{where}: {answers} answers to 13 items")
    photos = ask("SELECT sha256, state, file_id FROM photos WHERE check_id = ?", check)
    kept = sorted(sim.town.sent_as(file_id) for _, _, file_id in photos)
    if kept != sorted(visit.photos):
        sim.witness.breaks("I2", f"{where}: {len(visit.photos)} photos were sent, {len(photos)} are there")
    if number != visit.number:
        sim.witness.breaks("I8", f"{where}: its receipt said {visit.number}")
    if revision != 1 + visit.corrected:
        sim.witness.breaks("I8", f"{where}: revision {revision}, {visit.corrected=}")
    opened = ask("SELECT i.number, f.deadline_source, f.seen FROM findings f JOIN checklist_items i ON i.id = f.item_id"
                 " WHERE f.check_id = ? AND f.state <> 'withdrawn'", check)  # fmt: skip
    # what others have found too stays open when the first check is corrected
    findings = [(item, source) for item, source, seen in opened if item in visit.failed or seen == 1]
    again = ask("SELECT i.number FROM sightings s JOIN checklist_items i ON i.id = s.item_id WHERE s.check_id = ?"
                " AND s.is_same AND s.counted_at IS NOT NULL AND s.taken_back_at IS NULL", check)  # fmt: skip
    if sorted([item for item, _ in findings] + [item for (item,) in again]) != sorted(visit.failed):
        sim.witness.breaks("I2", f"{where}: findings {findings} and {again} of {visit.failed}")
    if visit.days is not None and findings and not any(source == "person" for _, source in findings):
        sim.witness.breaks("I2", f"{where}: nobody kept the limit of {visit.days} days")


def _receipts(sim: "Simulation") -> None:
    """I3: every record has its receipt, in the chat of who made it, still there."""
    rows = sim.witness.ask(
        "SELECT c.number FROM checks c JOIN journal j ON j.subject = 'check' AND j.subject_id = c.id"
        " WHERE c.state = 'draft' AND j.action = 'check.taken_back'"
    )
    for inspector in sim.inspectors:
        # 「撤销」, meant for a line of a draft that has gone cold, takes back the check before it, which says so.
        without = {number for (number,) in rows} if inspector.shaken else set()
        for visit in inspector.notebook:
            if visit.state != "submitted" or visit.number in without:
                continue
            if not inspector.sees(f"No. {visit.number}", visit.site):
                sim.witness.breaks("I3", f"{visit.site}: the receipt {visit.number} is not in the chat")
    states = {visit.state for inspector in sim.inspectors for visit in inspector.notebook}
    checks = sim.witness.ask("SELECT number FROM checks WHERE number IS NOT NULL")
    shown = {number for _, number in sim.witness.receipts}
    for (number,) in checks:
        if number not in shown and not sim.witness.dismissed and "shaken" not in states:
            sim.witness.breaks("I3", f"check {number} never got a receipt")


def _outgoing(sim: "Simulation") -> None:
    """I3: every message once, and once more for each time that nobody could know; given up only for a reason."""
    tries = Counter(s.key for s in sim.network.sent if s.key is not None and not s.key[0])
    unknown = Counter(s.key for s in sim.network.sent if s.key is not None and not s.known)
    rows = sim.witness.ask("SELECT id, key, state, priority, error, chat FROM outbox")
    for number, name, state, _priority, error, _chat in rows:
        key = (False, number)
        arrived = sim.witness.arrived_for[key]
        if arrived > 1 + unknown[key]:
            sim.witness.breaks("I3", f"{name} arrived {arrived} times, {unknown[key]} of them unknown")
        if state == "sent" and not arrived:
            sim.witness.breaks("I3", f"{name} counts as sent and never arrived")
        doubts = unknown[key] + sim.witness.died_sending[key]
        if state == "dead" and not arrived and not (doubts >= 2 or "refused" in (error or "")):
            sim.witness.breaks("I3", f"{name} was given up after {tries[key]} tries, {unknown[key]} unknown: {error}")
        if state in {"due", "sending", "unknown"}:
            sim.witness.breaks("I11", f"{name} is {state} at the end")
    said = {number for number, *_ in rows}
    for key in sim.witness.arrived_for:
        if not key[0] and key[1] not in said:
            sim.witness.breaks("I4", f"a message was sent for row {key[1]}, which does not exist")


def _cards(sim: "Simulation") -> None:
    """Every card shows in its chat what was last wished, once."""
    unknown = Counter(sent.key for sent in sim.network.sent if not sent.known)
    for number, key, chat, body, message, state in sim.witness.ask(
        "SELECT id, key, chat, body, message_id, state FROM cards"
    ):
        if state in {"dead", "held"}:
            continue
        messages = sim.town.world.chats[int(chat)].messages
        there = [place for place in sim.witness.places.get((True, number), []) if place in messages]
        if len(there) > 1 + unknown[True, number] + sim.network.untidy[int(chat)] // 3:
            sim.witness.breaks("I3", f"card {key} is there {len(there)} times, {unknown[True, number]} unknown")
        shown, wished = messages.get(message), json.loads(body)["text"]
        if message is None and sim.faults.counts.get("migrated"):
            continue  # what is in the old chat stays there; the next wish is shown in the new one
        if shown is None or shown.body.text.removesuffix("（重发）").strip() != wished.strip():
            seen = shown.body.text if shown is not None else None
            sim.witness.breaks("I3", f"card {key} shows {seen!r}, wished {wished!r}")


def _digests(sim: "Simulation") -> None:
    """I5: a bound group's day has its digest, or a row that says why not; never two."""
    rows = sim.witness.ask("SELECT kind, scope, local_day, count(*) FROM occurrences GROUP BY kind, scope, local_day")
    for kind, scope, day, count in rows:
        if count > 1:
            sim.witness.breaks("I5", f"{kind} {scope} of {day} happened {count} times")
    done = {(scope, day) for kind, scope, day, _ in rows if kind == "digest"}
    texts = Counter(
        m.text.split("\n")[0].removesuffix("（补发）").removesuffix("（重发）").strip()
        for m in sim.network.sent
        if m.arrived and "日报" in m.text and m.known and not m.text.split("\n")[0].endswith("（重发）")
    )
    for day in _days_settled(sim):
        if ("1", day) not in done:
            sim.witness.breaks("I5", f"the digest of {day} neither came nor was skipped")
    for title, count in texts.items():
        if count > 1 and "。" not in title:
            sim.witness.breaks("I5", f"{title} came {count} times")


def _days_settled(sim: "Simulation") -> list[str]:
    """Days whose digest must be settled: yesterday's and today's, where the hour came in the machine's lifetime."""
    if {"clock", "kicked", "migrated"} & set(sim.faults.strength):
        return []
    now = sim.machine.clock.now()
    agency_now = now.timestamp() + 8 * 3600
    today = int(agency_now // 86400)
    days = [today] if agency_now % 86400 > 18 * 3600 + 60 else []
    return [_day(number) for number in days]


def _day(number: int) -> str:
    return str(date(1970, 1, 1) + timedelta(days=number))


def _journal(sim: "Simulation") -> None:
    """I6, as far as there is a journal: an entry for every change of state, and none without."""
    ask = sim.witness.ask
    entries = Counter((row[0], row[1]) for row in ask("SELECT action, subject_id FROM journal WHERE subject = 'check'"))
    for check, state, revision in ask("SELECT id, state, revision FROM checks"):
        handed_in = entries["check.submitted", check] + entries["check.corrected", check]
        if handed_in != revision:
            sim.witness.breaks("I6", f"check {check} has revision {revision} and {handed_in} entries of it")
        if entries["check.begun", check] != 1:
            sim.witness.breaks("I6", f"check {check} was begun {entries['check.begun', check]} times")
        ended = entries["check.cancelled", check] + entries["check.closed_unfinished", check]
        if state == "cancelled" and not ended:
            sim.witness.breaks("I6", f"check {check} is cancelled, and nobody did it")
    opened = Counter(row[0] for row in ask("SELECT subject_id FROM journal WHERE action = 'finding.opened'"))
    for (finding,) in ask("SELECT id FROM findings"):
        if opened[finding] != 1:
            sim.witness.breaks("I6", f"finding {finding} was opened {opened[finding]} times")


def _photos(sim: "Simulation") -> None:
    """I7: every photo that counts as stored is there, and is what was sent."""
    for photo, state, sha256, file_id, size in sim.witness.ask("SELECT id, state, sha256, file_id, size FROM photos"):
        sent = sim.town.sent_as(file_id)
        if state == "stored":
            path = sim.prepared.settings.photos / sha256[:2] / sha256[2:4] / sha256
            content = path.read_bytes() if path.exists() else b""
            if hashlib.sha256(content).hexdigest() != sha256 or sha256 != sent or len(content) != size:
                sim.witness.breaks("I7", f"photo {photo} counts as stored, and {len(content)} bytes of it are there")
        elif sent not in sim.network.gone:
            sim.witness.breaks("I7", f"photo {photo} is {state}, and the platform has it")


def _dismissed(sim: "Simulation") -> None:
    """I9: who was dismissed changes nothing any more."""
    for person, (number, before) in sim.witness.dismissed.items():
        after = sim.witness.ask(
            "SELECT action FROM journal WHERE person_id = ? AND id > ?"
            " AND action LIKE 'check%' AND action <> 'check.closed_unfinished'",
            person,
            before,
        )
        if after:
            sim.witness.breaks("I9", f"{number} was dismissed, and then: {after}")
