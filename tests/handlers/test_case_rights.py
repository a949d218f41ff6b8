"""Every button of a case, in every state, tried by those whose case it is not: nothing is changed or shown."""

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.messages import Kind
from models.campaign_plan import NoticeKind
from models.database import Database
from models.escalations import Escalation
from models.findings import CaseRequest, Finding, FindingState, FindingStep, RequestKind, Verification
from models.messages import Card, OutboxRow
from models.notices import Notice
from models.places import Unit
from models.sightings import Sighting
from tests.handlers.agency_record import DAY, PEOPLE, STRANGER, UNIT_GROUP, Who, incoming, make, photo, turn
from tests.handlers.tables import rows_of
from tests.handlers.test_rights import NEUTRAL

OUTSIDERS = (STRANGER, *(who for who in PEOPLE if who.name in {
    "三坑巡查甲", "三坑组长甲", "三坑办公甲", "单位人员乙", "离任单位甲", "离任巡查甲", "母婴组长甲",
}))  # fmt: skip
OF_CASE = (
    *("take", "fixed", "evidence", "verify", "history", "extend", "not_ours", "case", "refuses", "severity", "unsent"),
    "comment",
    *("merge", "part", "into:{}:1", "into:1:{}"),
    *("rung:{}:1:1", "severe:{}:serious", f"by_plan:{{}}:1:{DAY + 3}"),
    *("notice:{}:rectify:0", f"notice:{{}}:rectify:{DAY + 3}", "notice:{}:stop:0", "until:{}:rectify"),
    f"issue:{{}}:rectify:{DAY + 3}:1",
)
OF_A_CASE = {"findings", "finding_steps", "photos", "case_requests", "escalations", "notices", "sightings"}
OF_PARTS = {
    "escalation": ("climb", "decline"),
    "notice": ("served",),
    "sighting": ("another",),
    "verification": ("conforms", "returns"),
}
OF_REQUEST = ("grant", "refuse", "refer_other", "answer")


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = make(Path(tmp_path_factory.mktemp("cases")))
    yield database
    database.close()


def _asked(session: Session, case: Finding, fixer: int) -> list[CaseRequest]:
    """More time, and that another unit take it: both without an answer."""
    asked = [
        CaseRequest(finding_id=case.id, kind=kind, unit_id=case.unit_id, person_id=fixer, asked_at=case.opened_at,
                    until=case.day + timedelta(days=40), reason="等配件")
        for kind in RequestKind
    ]  # fmt: skip
    session.add_all(asked)
    session.flush()
    return asked


def _noticed(session: Session, case: Finding) -> int:
    """A notice for it that nobody has served yet."""
    notice = Notice(finding_id=case.id, kind=NoticeKind.RECTIFY, number="TH-0806-T09", day=case.day, due_on=case.day,
                    issued_at=case.opened_at, issued_by=case.opened_by)  # fmt: skip
    session.add(notice)
    session.flush()
    return notice.id


def _seen_again(session: Session, case: Finding) -> int:
    seen = Sighting(finding_id=case.id, check_id=case.check_id, item_id=case.item_id, person_id=case.opened_by,
                    is_same=True, at=case.opened_at, counted_at=case.opened_at)  # fmt: skip
    session.add(seen)
    session.flush()
    return seen.id


def _attempts(case: int, parts: dict[str, int], requests: list[int], unit: int) -> Iterator[tuple[str, str]]:
    """Every button: of the case, of what belongs to it (`parts`: the number of each), of what was asked for it."""
    for chat in ("", UNIT_GROUP):
        for verb in OF_CASE:
            yield chat, f"v1:{verb.format(case) if '{}' in verb else f'{verb}:{case}'}"
        for part, verbs in OF_PARTS.items():
            for verb in verbs:
                yield chat, f"v1:{verb}:{parts[part]}"
        for number in requests:
            yield chat, f"v1:refer:{number}:{unit}"
            for verb in OF_REQUEST:
                yield chat, f"v1:{verb}:{number}"


def _said(session: Session, last: tuple[int, int]) -> list[str]:
    outbox = session.scalars(select(OutboxRow).where(OutboxRow.id > last[0]))
    cards = session.scalars(select(Card).where(Card.id > last[1]))
    return [json.dumps(row.body, ensure_ascii=False) for row in (*outbox, *cards)]


def _of_cases(session: Session) -> dict[tuple[str, int], dict[str, object]]:
    return {key: row for key, row in rows_of(session).items() if key[0] in OF_A_CASE}


# Who somebody is and how the case stands have nothing to do with each other: each with a third of the other.
PAIRS = [
    pytest.param(who, state, id=f"{who.name}-{state}")
    for n, who in enumerate(OUTSIDERS)
    for m, state in enumerate(FindingState)
    if (n + m) % 3 == 0 or os.environ.get("TORTURE")
]


@pytest.mark.parametrize(("who", "state"), PAIRS)
def test_whose_case_it_is_not_changes_and_sees_nothing(record: Database, who: Who, state: FindingState) -> None:
    with record.writing() as session:
        verification = session.scalars(select(Verification)).one()
        case = session.get_one(Finding, verification.finding_id)
        case.state = state
        assert case.fixed_by is not None
        asked = [one.id for one in _asked(session, case, case.fixed_by)]
        unit = session.scalars(select(Unit.id).where(Unit.id != case.unit_id).limit(1)).one()
        parts = {
            "verification": verification.id,
            "notice": _noticed(session, case),
            "sighting": _seen_again(session, case),
        }
        of_case = select(Escalation.id).where(Escalation.finding_id == case.id)
        parts["escalation"] = session.scalars(of_case).one()
        session.flush()
        last = (max(session.scalars(select(OutboxRow.id))), max(session.scalars(select(Card.id))))
        before, tried = _of_cases(session), 0
        for chat, button in _attempts(case.id, parts, asked, unit):
            outcome = turn(session, incoming(who, Kind.TAP, chat, button=button, tap="t"))
            turn(session, incoming(who, Kind.PHOTO, **photo()))  # had it been asked for, it would be taken
            turn(session, incoming(who, Kind.TEXT, text="8月20日 等配件到货"))
            tried += 1
            shown = [*_said(session, last), *(toast.text for toast in outcome.toasts)]
            assert not [words for words in shown if case.number in words or case.site.name in words], (button, shown)
        after = {key: row for key, row in _of_cases(session).items() if key in before}
        assert after == before
        assert session.scalars(select(FindingStep.id).where(FindingStep.finding_id == case.id)).all()
        assert verification.decided_at is None
        of_parts = sum(len(verbs) for verbs in OF_PARTS.values())
        assert tried == 2 * (len(OF_CASE) + of_parts + len(asked) * (1 + len(OF_REQUEST)))
        if who.role is None or who.has_left:
            assert {json.loads(words)["text"] for words in _said(session, last)} <= {NEUTRAL}
        session.rollback()


def test_whose_case_it_is_does(record: Database) -> None:
    """Against a matrix that passes because everything is refused."""
    with record.writing() as session:
        case = session.scalars(select(Finding).where(Finding.state == FindingState.OPEN)).first()
        assert case is not None
        unit = next(who for who in PEOPLE if who.unit == "区城市综合管理局" and not who.has_left)
        turn(session, incoming(unit, Kind.TAP, UNIT_GROUP, button=f"v1:take:{case.id}", tap="t"))
        turn(session, incoming(unit, Kind.TAP, UNIT_GROUP, button=f"v1:fixed:{case.id}", tap="t"))
        turn(session, incoming(unit, Kind.PHOTO, **photo()))
        assert case.taken_by is not None
        assert case.state is FindingState.FIXED_CLAIMED
        toasts = turn(session, incoming(unit, Kind.TAP, button=f"v1:verify:{case.id}", tap="t")).toasts
        assert [toast.text for toast in toasts] == ["复查须由他人进行"]
        session.rollback()
