"""A campaign ends: it takes nothing more; what is on record stays as it is and can be asked for (B66)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.campaigns import Campaign
from models.checks import IN_HAND, Check, CheckState
from models.journal import enter
from models.memory import known, unlearn
from models.people import Conversation, Person
from models.record import columns


def ended_campaigns(session: Session) -> frozenset[int]:
    return known(session, ("ended campaigns",), lambda: frozenset(columns(session, _ENDED).scalars()))


_ENDED = select(Campaign.id).where(Campaign.closed_at.is_not(None))


def drafts_in(session: Session, campaign: Campaign) -> list[Check]:
    query = select(Check).where(Check.campaign_id == campaign.id, IN_HAND)
    return list(session.scalars(query.order_by(Check.person_id, Check.id)))


def close(session: Session, campaign: Campaign, by: Person, now: datetime) -> list[Check]:
    """Stops its drafts and gives them; nothing of them is deleted. To be called for one that has not ended."""
    assert campaign.closed_at is None
    stopped = drafts_in(session, campaign)
    for check in stopped:
        check.state, check.cancelled_at, check.submit_due_at = CheckState.CANCELLED, now, None
        talk = session.get(Conversation, check.person_id)
        if talk is not None and talk.check_id == check.id:
            talk.check_id = None
        enter(session, now, by.id, "check.stopped", "check", check.id, {"campaign": campaign.code})
    _set(session, campaign, now, by, now, "campaign.closed", drafts=[check.id for check in stopped])
    return stopped


def reopen(session: Session, campaign: Campaign, by: Person, now: datetime) -> None:
    """As if it had not ended, but for what the journal says; stopped drafts are taken up by whoever began them."""
    assert campaign.closed_at is not None
    _set(session, campaign, None, by, now, "campaign.reopened", had_ended=campaign.closed_at.isoformat())


def _set(
    session: Session, campaign: Campaign, closed_at: datetime | None, by: Person, now: datetime, action: str,
    **data: object,
) -> None:  # fmt: skip
    campaign.closed_at = closed_at
    enter(session, now, by.id, action, "campaign", campaign.id, {"campaign": campaign.code} | data)
    session.flush()
    unlearn(session, "ended campaigns")
