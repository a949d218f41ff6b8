"""Issue 3: three programs share inbox, outbox and clock; one dies among the work: 0 lost, 0 doubled, in order."""

import asyncio
import random
import re
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from models.checks import Check, CheckState
from models.evidence import Photo, PhotoState
from models.messages import Card, InboxRow, InboxState, OutboxRow, SendState
from models.occurrences import Occurrence
from models.people import Account, Person, Posting, Role
from models.places import Area
from tests.replicas.asking import AskingInspector
from tests.replicas.replicas import DEEP, FRESH, PATIENCE, Replicas
from tests.stage.over_the_wire import ADMIN, until
from tests.wire.inspectors import messages, rounds

pytestmark = [pytest.mark.wire, pytest.mark.timeout(900)]
SEED = 20180806
PEOPLE, VISITS, KILLS = (24, 2, 4) if DEEP else (20, 1, 1)
REPLICAS = 3
RECEIPT = re.compile(r"✅ 已记录 No\. (\S+)")
TOWN = "太和镇"
GROUP = "太和镇厕所革命群"
PLACE = re.compile(r"^\S+ · 太和镇( · |\n|$)")
REPEAT = "（重发）"
MORNING = "早上好。08-07"
NEXT_DAY = date(2018, 8, 7)


async def test_F33_F36_three_share_the_work_and_one_is_killed(replicas: Replicas) -> None:
    await replicas.webhook()
    await replicas.quicken()
    people = await _hire(replicas)
    await asyncio.gather(*(replicas.up() for _ in range(REPLICAS)))
    group = await _found_group(replicas)
    await replicas.control("POST", "act", {"do": "clock", "to": "2018-08-06T17:30"})
    working = asyncio.gather(*(person.work() for person in people))
    try:
        await _kill_among_the_work(replicas, people, working)
        await working
    finally:
        working.cancel()
    await replicas.settle()
    await until(lambda: _all_is_said(replicas), "what the dead one was sending is repeated", 60)
    await replicas.settle()
    _nothing_lost_or_doubled(replicas, people)
    await _receipts_once(replicas, people)
    await _answers_in_order(replicas, people)
    await _digest_and_mornings_once(replicas, group)
    assert "Traceback" not in replicas.said()


def _all_is_said(replicas: Replicas) -> bool:
    """What was on its way when a program died waits ten seconds to be repeated; nothing else tells of that."""
    waiting = (SendState.DUE, SendState.SENDING, SendState.UNKNOWN)
    with replicas.reading() as session:
        rows = session.scalar(select(func.count(OutboxRow.id)).where(OutboxRow.state.in_(waiting)))
        cards = session.scalar(select(func.count(Card.id)).where(Card.shown != Card.wish))
        return (rows, cards) == (0, 0)


async def _hire(replicas: Replicas) -> list[AskingInspector]:
    """Everybody posted to one town, before the programs begin: the invitations are told of elsewhere."""
    sites = [site for part in rounds()[:3] for site in part.sites]
    people = {2001 + n: tuple(sites[(n + 5 * visit) % 12] for visit in range(VISITS)) for n in range(PEOPLE)}
    with replicas.writing() as session:
        town = session.scalars(select(Area.id).filter_by(name=TOWN)).one()
        for number in people:
            person = Person(name=f"巡查员{number}", joined_at=replicas.now())
            person.postings = [Posting(role=Role.INSPECTOR, area_id=town, since=replicas.now())]
            session.add(Account(channel="telegram", external_id=str(number), person=person, name=person.name))
    await replicas.act({"do": "add_person", "id": ADMIN, "name": "管理员"})
    for number in people:
        await replicas.act({"do": "add_person", "id": number, "name": f"巡查员{number}"})
        await replicas.control("POST", "act", {"do": "start", "as": number})
    return [
        AskingInspector(replicas, number, visits, random.Random(SEED + number), PATIENCE, tuple(sites))
        for number, visits in people.items()
    ]


async def _found_group(replicas: Replicas) -> int:
    group: int = (await replicas.act({"do": "add_group", "title": GROUP, "members": [ADMIN], "admins": [ADMIN]}))["id"]
    await replicas.act({"do": "add_bot", "as": ADMIN, "chat": group})
    await replicas.act({"do": "send_text", "as": ADMIN, "chat": group, "text": "绑定 太和镇 厕所革命"})
    await replicas.settle()
    return group


async def _kill_among_the_work(
    replicas: Replicas, people: list[AskingInspector], working: "asyncio.Future[list[None]]"
) -> None:
    """Each time when some more receipts are there; then one more program begins."""
    chance = random.Random(SEED)
    checks = sum(len(person.sites) for person in people)
    for kill in range(KILLS):
        enough = (kill + 1) * checks // (KILLS + 2)
        await until(
            lambda n=enough: working.done() or sum(one.receipts for one in people) >= n, "work goes on", PATIENCE
        )
        assert not working.done(), working.exception()
        await replicas.kill(chance.choice(sorted(replicas.bots)))
        await asyncio.sleep(chance.uniform(0.0, 2.0))
        await replicas.up()


def _nothing_lost_or_doubled(replicas: Replicas, people: list[AskingInspector]) -> None:
    with replicas.reading() as session:
        states = set(session.scalars(select(InboxRow.state)))
        checks = session.scalars(select(Check)).all()
        photos = list(session.scalars(select(Photo.state)))
        accounts = {account.person_id: int(account.external_id) for account in session.scalars(select(Account))}
        made = Counter((accounts[check.person_id], check.site.name) for check in checks)
        given_up = (OutboxRow.state == SendState.DEAD) & (OutboxRow.repeats > 0)  # nobody knows, twice: no third time
        unsent = select(OutboxRow.key, OutboxRow.state, OutboxRow.error).where(
            OutboxRow.state != SendState.SENT, ~given_up
        )
        left = [tuple(row) for row in session.execute(unsent)]
        unshown = session.scalar(select(func.count(Card.id)).where(Card.shown != Card.wish))
    assert states == {InboxState.DONE}
    assert made == Counter((person.person, site) for person in people for site in person.sites)
    assert {check.state for check in checks} == {CheckState.SUBMITTED}
    assert len({check.number for check in checks}) == len(checks)
    assert photos == [PhotoState.STORED] * (2 * len(checks))
    assert (left, unshown) == ([], 0)


async def _receipts_once(replicas: Replicas, people: list[AskingInspector]) -> None:
    """A second one only where nobody could know what became of the first, and what was said again says so."""
    again = 0
    for person in people:
        shown = [m["text"] for m in await messages(replicas, person.person) if m["from"] != person.person]
        for site in person.sites:
            numbers = [RECEIPT.search(text) for text in shown if site in text]
            found = Counter(number.group(1) for number in numbers if number)
            assert len(found) == 1, f"{site}: receipts {found} in {shown}"
            again += found.total() - 1
    repeats = sum(REPEAT in str(call["params"]) for call in await replicas.calls())
    assert again <= repeats, (again, repeats)
    print(f"{len(people)} people, {KILLS} kills: {again} receipts shown again, {repeats} messages marked as repeats")


async def _answers_in_order(replicas: Replicas, people: list[AskingInspector]) -> None:
    """As the chat shows them; what was repeated after a kill comes later, and says that it is a repeat."""
    for person in people:
        shown = [m["text"] for m in await messages(replicas, person.person) if m["from"] != person.person]
        with replicas.reading() as session:
            chat = (OutboxRow.chat == str(person.person), OutboxRow.repeats > 0)
            late = Counter(_site(body["text"]) for body in session.scalars(select(OutboxRow.body).where(*chat)))
        answers = [_site(text) for text in shown if PLACE.match(text) and REPEAT not in text]
        once = [name for name in answers if name not in late]
        assert once == [name for name in person.asked if name not in late], (person.person, answers, late)


def _site(text: str) -> str:
    return text.split(" · ")[0]


async def _digest_and_mornings_once(replicas: Replicas, group: int) -> None:
    """Three clocks tick over the hour of the digest, then over that of the morning messages."""
    await replicas.control("POST", "act", {"do": "clock", "to": "2018-08-06T18:00"})
    await _after_ticks(replicas)
    digests = [m["text"] for m in await messages(replicas, group) if "08-06 日报" in m["text"]]
    assert len(digests) == 1, digests
    await replicas.control("POST", "act", {"do": "clock", "to": "2018-08-07T08:00"})
    await _after_ticks(replicas)
    with replicas.reading() as session:
        sent = session.scalars(select(Occurrence).filter_by(kind="morning", outcome="done", local_day=NEXT_DAY)).all()
        done = session.scalars(select(Occurrence.local_day).filter_by(kind="digest", outcome="done")).all()
    chats = [chat["messages"] for chat in (await replicas.state())["chats"]]
    mornings = [sum(MORNING in m["text"] for m in chat) for chat in chats]
    assert max(mornings) == 1
    assert sum(mornings) == len(sent) >= PEOPLE
    assert done == [NEXT_DAY - timedelta(days=1)]


async def _after_ticks(replicas: Replicas) -> None:
    """Every program's clock has ticked twice, and what came of it is sent."""
    await asyncio.sleep(2.5)
    await replicas.settle()
    await asyncio.sleep(FRESH)
