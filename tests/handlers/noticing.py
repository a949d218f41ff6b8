"""A notice on its way, step by step, in the record where everybody has somebody."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.messages import Kind, Outcome
from models.findings import Finding
from models.messages import OutboxRow
from models.notices import Notice
from models.places import Site
from tests.handlers.agency_record import (
    DAY,
    PEOPLE,
    STRANGER,
    Who,
    incoming,
    turn,
)

BY_NAME = {who.name: who for who in (*PEOPLE, STRANGER)}
LEAD, OTHER_LEAD, INSPECTOR = BY_NAME["太和组长甲"], BY_NAME["三坑组长甲"], BY_NAME["太和巡查甲"]
OFFICE, UNIT = BY_NAME["全区办公甲"], BY_NAME["单位人员甲"]
WEEK = DAY + 7


def case_of(session: Session) -> Finding:
    """Of 太和镇, without a limit."""
    query = select(Finding).join(Site, Site.id == Finding.site_id).where(Site.name == "玄真公厕")
    return session.scalars(query).one()


def tap(session: Session, who: Who, data: str) -> list[str]:
    """What the short answer to it says."""
    outcome: Outcome = turn(session, incoming(who, Kind.TAP, button=f"v1:{data}", tap="t"))
    session.flush()
    return [toast.text for toast in outcome.toasts]


def outbox(session: Session, chat: str) -> list[dict[str, Any]]:
    rows = session.scalars(select(OutboxRow).where(OutboxRow.chat == chat).order_by(OutboxRow.id))
    return [row.body for row in rows]


def preview(session: Session, who: Who, case: Finding, day: int = WEEK) -> str:
    """The button that sends what is looked at."""
    tap(session, who, f"notice:{case.id}:rectify:{day}")
    shown = outbox(session, str(who.account))[-1]
    assert shown["picture"]["data"]["mark"]
    assert shown["picture"]["data"]["link"] == ""
    return str(shown["buttons"][0][0]["data"]).removeprefix("v1:")


def notices(session: Session, case: Finding) -> list[Notice]:
    return list(session.scalars(select(Notice).where(Notice.finding_id == case.id).order_by(Notice.id)))


def issued(session: Session, who: Who = LEAD) -> Notice:
    case = case_of(session)
    tap(session, who, preview(session, who, case))
    return notices(session, case)[-1]
