"""Buttons, links, commands that are old, forged, doubled, somebody else's: refused, to no effect (B63-B75)."""

import asyncio
import os
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.emulator.messages import Json
from handlers.joining import hash_of
from handlers.strangers import WRONG_LINKS_AN_HOUR
from handlers.taps import BUTTONS
from models import closing
from models.campaigns import Campaign
from models.checks import Check, CheckState
from models.journal import JournalEntry
from models.messages import OutboxRow
from models.people import Invite, Person, Posting, Role
from tests.bad_input import nasty
from tests.bad_input.office import Office, Worker

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADMIN = 1001
GUESSES = int(os.environ.get("XUNCHA_GUESSES", "40"))  # in depth a thousand


async def _changes(office: Office, job: Any) -> Any:
    return await office.town.app.writer.run(job)


def _count(office: Office, table: Any, *where: Any) -> int:
    with office.town.app.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


async def _ready(office: Office, language: str = "zh", site: str = "体育馆五星公厕") -> tuple[Worker, int]:
    """Somebody with a check that lacks only the tap."""
    worker = await office.hire(language)
    await worker.goes_to(site)
    files = [office.upload(nasty.jpeg(seed, 60), "p.jpg", "image/jpeg") for seed in (1, 2)]
    await worker.does("send_album", files=files)
    return worker, worker.checks()[0].id


FORGED = [
    "", "v1", "v1:", "v1:ok", "v1:ok:", "v1:ok:x", "v1:ok:1:2", "v1:ok:-1", "v1:ok:１", "v1:ok:99999999999999999999",
    "v0:ok:1", "v2:ok:1", "V1:ok:1", "v1:drop:1", "v1:due:1:-5", "v1:say:1:1:maybe", "v1:begin:z:1", "v1:q:x:y:z:w",
    "' OR 1=1 --", "\x00\x01\x02", "🚽" * 16, "v1:" + "a" * 61, "../../etc/passwd", "v1:pos:1:2",
    "v1:say:1:77:pass", "v1:item:1:77", "v1:due:1:9999",
]  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_b63_forged_buttons_are_too_old_have_no_effect_and_are_counted(office: Office, language: str) -> None:
    worker, check = await _ready(office, language)
    before = _count(office, JournalEntry, JournalEntry.action != "button.refused")
    refused = _count(office, JournalEntry, JournalEntry.action == "button.refused")
    tap = {"do": "tap", "as": worker.id, "message_id": 1, "force": True}
    queries = {data: (await office.town.act(tap | {"data": data}))["query"] for data in FORGED}
    await office.town.settle()
    for data, query in queries.items():
        assert await office.toast(query) == worker.words("button.too_old"), data
    assert worker.checks()[0].state is CheckState.DRAFT
    assert _count(office, JournalEntry, JournalEntry.action != "button.refused") == before
    assert _count(office, JournalEntry, JournalEntry.action == "button.refused") > refused + 10
    assert await worker.presses(f"v1:ok:{check}") == worker.words("receipt.recorded", number=worker.checks()[0].number)


async def test_b64_twenty_taps_at_once_are_one_submission(office: Office) -> None:
    worker, check = await _ready(office)
    tap = {"do": "tap", "as": worker.id, "message_id": 1, "data": f"v1:ok:{check}", "force": True}
    queries = [done["query"] for done in await asyncio.gather(*(office.town.act(tap) for _ in range(20)))]
    await office.town.settle()
    (done,) = worker.checks()
    assert (done.state, done.revision) == (CheckState.SUBMITTED, 1)
    assert _count(office, JournalEntry, JournalEntry.action == "check.submitted", JournalEntry.subject_id == check) == 1
    assert sum(text.startswith("✅") for text in await worker.texts()) == 1
    again = worker.words("check.already_submitted", number=done.number)
    said = [await office.toast(query) for query in queries]
    assert sorted(said) == sorted([worker.words("receipt.recorded", number=done.number), *[again] * 19])


async def test_b65_another_persons_buttons(office: Office) -> None:
    owner, check = await _ready(office)
    other = await office.hire("en")
    await other.does("send_text", text="mine")
    for verb in ("ok", "cancel", "resume", "show", "fix", "undo", "photos", "each", "site"):
        assert verb in BUTTONS
        assert await other.presses(f"v1:{verb}:{check}") == other.words("button.too_old"), verb
    assert owner.checks()[0].state is CheckState.DRAFT


async def test_b66_a_button_thirty_days_old(office: Office) -> None:
    """Of a check that was closed meanwhile: says so, and what can still be done; the position is not today's."""
    worker, check = await _ready(office)
    await _changes(office, lambda session: _aged(session, check, timedelta(days=30)))
    await office.town.act({"do": "clock", "by": 1})
    await office.town.settle()
    assert await worker.presses(f"v1:ok:{check}") == worker.words("check.was_closed")
    assert await worker.presses(f"v1:resume:{check}") == worker.words("button.too_old")
    assert worker.checks()[0].state is CheckState.CANCELLED


def _aged(session: Session, check: int, by: timedelta) -> None:
    session.get_one(Check, check).touched_at -= by


async def test_b66_a_button_of_a_campaign_that_has_ended(office: Office) -> None:
    worker, check = await _ready(office, "en")
    now = worker.checks()[0].touched_at

    def end(session: Session, change: Callable[[Session, Campaign, Person, datetime], object]) -> None:
        change(session, session.scalars(select(Campaign)).one(), session.get_one(Person, worker.person), now)

    await _changes(office, lambda session: end(session, closing.close))
    said = await worker.presses(f"v1:ok:{check}")
    await _changes(office, lambda session: end(session, closing.reopen))
    assert said == worker.words(
        "campaign.ended", campaign="Toilet Revolution 2018", date=f"{now.astimezone(ZoneInfo('Asia/Shanghai')):%m-%d}",
        state=worker.words("campaign.draft_kept"),
    )  # fmt: skip
    assert worker.checks()[0].state is CheckState.CANCELLED


async def test_b66_t02_a_button_of_somebody_who_has_left(office: Office) -> None:
    worker, check = await _ready(office)

    def leave(session: Session) -> None:
        person = session.get_one(Person, worker.person)
        person.left_at = worker.checks()[0].touched_at

    await _changes(office, leave)
    for data in (f"v1:ok:{check}", f"v1:cancel:{check}", "v1:begin:s:1"):
        assert await worker.presses(data) == ""
    assert worker.checks()[0].state is CheckState.DRAFT
    assert (await worker.texts())[-1] == worker.words("stranger.neutral")


async def test_b67_a_button_whose_message_is_out_of_reach_is_answered_and_nothing_is_edited(office: Office) -> None:
    worker, check = await _ready(office)
    edits = len([c for c in office.town.running.world.calls.since(0) if c["params"].get("message_id") == 987_654])
    said = await worker.presses(f"v1:ok:{check}", message_id=987_654)
    assert said == worker.words("receipt.recorded", number=worker.checks()[0].number)
    calls = [c for c in office.town.running.world.calls.since(0) if c["params"].get("message_id") == 987_654]
    assert len(calls) == edits == 0


async def _invite(office: Office, **more: Any) -> tuple[str, int]:
    """A link of the administrator's, as the command would have made it."""
    token = f"i{secrets.token_urlsafe(24)}"
    await office.town.act({"do": "send_text", "as": ADMIN, "text": "帮助"})
    await office.town.settle()

    def issue(session: Session) -> int:
        admin = session.scalars(select(Posting.person_id).where(Posting.role == Role.ADMIN)).first()
        now = session.get_one(Person, admin).joined_at
        row = Invite(token_hash=hash_of(token), role=Role.INSPECTOR, issued_by=admin, issued_at=now,
                     expires_at=now + timedelta(hours=72))  # fmt: skip
        for name, value in more.items():
            setattr(row, name, now + value)
        session.add(row)
        session.flush()
        return row.id

    return token, await _changes(office, issue)


async def test_b68_a_link_used_twice(office: Office) -> None:
    token, invite = await _invite(office)
    first, second = await office.hire(role=None), await office.hire(role=None)
    await first.does("start", payload=token)
    assert "巡查员" in (await first.texts())[-1]
    await first.does("start", payload=token)  # the same account: welcomed again, not let in twice
    assert "巡查员" in (await first.texts())[-1]
    await second.does("start", payload=token)
    assert (await second.texts())[-1] == second.words("invite.used")
    assert (
        _count(office, JournalEntry, JournalEntry.action == "invite.accepted", JournalEntry.subject_id == invite) == 1
    )
    told = _count(office, OutboxRow, OutboxRow.key.startswith(f"invite:{invite}:tried:{second.id}"))
    assert told == 1


@pytest.mark.parametrize("how", ["expires_at", "revoked_at"])
async def test_b68_a_link_that_is_over(office: Office, how: str) -> None:
    token, _ = await _invite(office, **{how: timedelta(0)})
    late = await office.hire(role=None)
    await late.does("start", payload=token)
    assert (await late.texts())[-1] == late.words("invite.expired")


@pytest.mark.parametrize("known", [True, False])
async def test_b69_a_thousand_guesses_are_five(office: Office, known: bool) -> None:
    guesser = await office.hire("en" if known else "zh", Role.INSPECTOR if known else None)
    for number in range(GUESSES):
        await office.town.act({"do": "start", "as": guesser.id, "payload": f"i{secrets.token_urlsafe(24)}"})
        if number % 40 == 39:
            await office.town.settle()
    await office.town.settle()
    said = await guesser.texts()
    if known:
        unknown, enough = guesser.words("invite.unknown"), guesser.words("invite.too_many")
        assert said == [*[unknown] * WRONG_LINKS_AN_HOUR, enough]
    else:
        assert said == [guesser.words("stranger.neutral")] * WRONG_LINKS_AN_HOUR
    token, invite = await _invite(office)
    await guesser.does("start", payload=token)  # not even the right one, within the hour
    assert _count(office, Invite, Invite.id == invite, Invite.used_at.is_(None)) == 1
    await office.town.act({"do": "clock", "by": 3601})
    await guesser.does("start", payload=token)
    assert _count(office, Invite, Invite.id == invite, Invite.used_at.is_not(None)) == 1


@pytest.mark.parametrize("payload", ["a" * 65, "a" * 500, "ключ", "s_" + "x" * 70, "s_", "'; DROP TABLE invites"])
async def test_b70_payloads_that_cannot_be(office: Office, payload: str) -> None:
    worker = await office.hire("en")
    await worker.does("start", payload=payload)
    unknown = {worker.words("invite.unknown"), worker.words("help.unknown_code")}
    assert (await worker.texts())[-1] in unknown


async def test_b71_commands_of_any_width_and_of_other_bots(office: Office) -> None:
    worker, check = await _ready(office)
    bot = office.town.running.world.bot.username
    for said in ("/cancel@OtherBot", "／cancel＠OtherBot", "/nosuch", "/CANCELLED"):
        await worker.does("send_text", text=said)
        assert (await worker.texts())[-1] == worker.words("help.unknown_command")
    assert worker.checks()[0].state is CheckState.DRAFT
    for said in ("/MINE", "／mine", f"/mine@{bot.upper()}", "/Mine  "):
        await worker.does("send_text", text=said)
        assert worker.words("mine.title", n=0) in (await worker.texts())[-1]
    await worker.does("send_text", text="／CANCEL")
    assert worker.checks()[0].state is CheckState.CANCELLED
    assert check == worker.checks()[0].id


@pytest.mark.parametrize("language", ["en"])
async def test_b71_a_command_in_a_caption_is_not_executed(office: Office, language: str) -> None:
    worker, _ = await _ready(office, language)
    file = office.upload(nasty.jpeg(3, 60), "p.jpg", "image/jpeg")
    await worker.does("send_photo", file=file, caption="/cancel")
    (check,) = worker.checks()
    assert (check.state, check.note) == (CheckState.DRAFT, "")
    assert any(worker.words("photo.command_in_caption") in text and "📷 3/2" in text for text in await worker.texts())


GUISES: list[Json] = [{"anonymous": True}, {"as_channel": "清新发布"}, {"linked_channel": "清新发布"}]


@pytest.mark.parametrize("guise", GUISES, ids=lambda guise: next(iter(guise)))
async def test_b72_nobody_in_particular_has_no_rights(office: Office, guise: Json) -> None:
    """Not even where the one behind it is an administrator."""
    town = office.town
    group = await town.act({"do": "add_group", "title": "太和镇", "members": [ADMIN], "admins": [ADMIN]})
    await town.act({"do": "add_bot", "as": ADMIN, "chat": group["id"]})
    await town.settle()
    bound = _count(office, JournalEntry, JournalEntry.action.startswith("group."))
    for text in ("/bind 太和镇 厕所革命", "绑定 太和镇 厕所革命", "/export 厕所", "/lang en", "今天天气好"):
        await town.act({"do": "send_text", "as": ADMIN, "chat": group["id"], "text": text} | guise)
    await town.settle()
    assert _count(office, JournalEntry, JournalEntry.action.startswith("group.")) == bound
    chat = next(chat for chat in (await town.state())["chats"] if chat["id"] == group["id"])
    said = [m["text"] for m in chat["messages"] if m["from"] == town.running.world.bot.id]
    worker = await office.hire("zh")  # as the group speaks
    assert said[1:] == [worker.words("group.no_person")] * 3


@pytest.mark.parametrize("language", ["zh"])
async def test_b73_a_command_edited_into_a_message_is_not_executed(office: Office, language: str) -> None:
    worker, _ = await _ready(office, language)
    sent = await worker.does("send_text", text="3 坏" if language == "zh" else "3 broken")
    await worker.does("edit_text", message_id=sent["id"], text="/cancel")
    assert worker.checks()[0].state is CheckState.DRAFT
    assert (await worker.texts())[-1] == worker.words("help.edited_command")
    assert any("✗ 3" in text for text in await worker.texts())


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_b74_confirming_before_the_photos_asks_for_them_and_keeps_all(office: Office, language: str) -> None:
    worker = await office.hire(language)
    await worker.goes_to()
    await worker.does("send_text", text="3 坏" if language == "zh" else "3 broken")
    (check,) = worker.checks()
    assert await worker.presses(f"v1:ok:{check.id}") == worker.words("check.ask_photos", n=2)
    await worker.does("send_text", text="提交" if language == "zh" else "submit")
    assert worker.checks()[0].state is CheckState.DRAFT
    assert any("✗ 3" in text and worker.words("check.ask_photos", n=2) in text for text in await worker.texts())


@pytest.mark.parametrize("language", ["en"])
async def test_b75_cancelled_in_the_middle_and_taken_up_again(office: Office, language: str) -> None:
    worker, _ = await _ready(office, language)
    await worker.does("send_text", text="/cancel")
    assert worker.checks()[0].state is CheckState.CANCELLED
    assert worker.words("check.cancelled", site="体育馆五星公厕") in await worker.texts()
    await worker.taps(worker.words("button.resume"))
    assert worker.checks()[0].state is CheckState.DRAFT
    assert any("📷 2/2" in text for text in await worker.texts())


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_b75_left_alone_for_a_day_and_a_night_it_is_closed_and_told_and_nothing_is_lost(
    office: Office, language: str
) -> None:
    worker, check = await _ready(office, language)
    await worker.news()
    await _changes(office, lambda session: _aged(session, check, timedelta(hours=23)))
    await office.town.act({"do": "clock", "by": 1})
    await office.town.settle()
    assert (worker.checks()[0].state, await worker.news()) == (CheckState.DRAFT, [])
    await _changes(office, lambda session: _aged(session, check, timedelta(hours=1)))
    await office.town.act({"do": "clock", "by": 1})
    await office.town.settle()
    (closed,) = worker.checks()
    begun = closed.started_at + timedelta(hours=8)
    told = worker.words("check.closed", site="体育馆五星公厕", time=f"{begun:%m-%d %H:%M}")
    assert (closed.state, await worker.news()) == (CheckState.CANCELLED, [told])
    assert worker.words("check.was_closed") in await worker.texts()
    await worker.taps(worker.words("button.resume"))
    await worker.taps("✅")
    assert worker.checks()[0].state is CheckState.SUBMITTED
