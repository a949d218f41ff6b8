"""The case in its unit's group: one card for each problem, kept up to date, on which somebody takes it in hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Text, and_, bindparam, cast, or_, select
from sqlalchemy.orm import Session

from handlers import case_card, check_card, ended, texts
from handlers.agency import Agency
from handlers.deadlines import step
from handlers.messages import Reply
from handlers.turn import Turn
from models import rights
from models.database import apart
from models.evidence import Photo, PhotoMoment, is_evidence
from models.findings import STILL_OPEN, DeadlineSource, Finding
from models.messages import Card, card_of
from models.occurrences import Occurrence, claim
from models.people import Account, Expecting, GroupChat, Person, bound_groups
from models.record import columns
from models.sightings import duplicates_of

KIND = "cases"
MOST_PHOTOS = 30
AT_ONCE = 10  # groups in one transaction: who inspects early is not kept waiting for every unit


def card_key(finding: Finding, group: GroupChat) -> str:
    return f"case:{finding.id}:{group.id}"


def groups_of(session: Session, finding: Finding) -> list[GroupChat]:
    """Where the responsible unit is: the groups that are its own, for this campaign or for all."""
    if finding.unit_id is None:
        return []
    return [
        group for group in bound_groups(session)
        if group.unit_id == finding.unit_id and group.campaign_id in (None, finding.campaign_id)
    ]  # fmt: skip


def show_changed(turn: Turn) -> None:
    """The cards of all that a step was made of in this turn."""
    for finding in turn.cases.values():
        groups = groups_of(turn.session, finding)
        for group in groups:
            _show(turn, group, finding)
        _show_former(turn, finding, {group.id for group in groups})


def _show_former(turn: Turn, finding: Finding, present: set[int]) -> None:
    """A unit that has passed it on goes on seeing what becomes of it, and does nothing any more."""
    others = [g for g in bound_groups(turn.session) if g.unit_id is not None and g.id not in present]
    moved = case_card.referrals(turn.session, finding) if others else []
    for group in others:
        if group.unit_id in {one.unit_id for one in moved}:
            key = card_key(finding, group)
            card = card_of(turn.session, key)
            if card is not None:
                reply = replace(case_card.former_reply(turn, group.language, finding), head=_head(turn, finding, card))
                turn.card_in(key, group.channel, group.external_id, reply)


def show_open(turn: Turn, group: GroupChat) -> None:
    """All there is for a group that has just become the unit's."""
    for finding in _open_of(turn.session, group):
        _show(turn, group, finding)


def _open_of(session: Session, group: GroupChat) -> list[Finding]:
    those = [Finding.unit_id == group.unit_id, STILL_OPEN]
    if group.campaign_id is not None:
        those.append(Finding.campaign_id == group.campaign_id)
    return list(session.scalars(select(Finding).where(*those).order_by(Finding.id)))


def _show(turn: Turn, group: GroupChat, finding: Finding) -> None:
    """A card begins where the unit has something to do by a day that was set; or the morning after, whether or not
    somebody has set one: nobody forgets a case whose inspector was called away."""
    key = card_key(finding, group)
    has_limit = finding.deadline_source in {DeadlineSource.PLAN, DeadlineSource.PERSON}
    to_do = finding.is_open and (has_limit or finding.day < turn.today)
    card = card_of(turn.session, key)
    if to_do or card is not None:
        reply = replace(case_card.case_reply(turn, group.language, finding), head=_head(turn, finding, card))
        turn.card_in(key, group.channel, group.external_id, reply)


def _head(turn: Turn, finding: Finding, card: Card | None) -> str:
    """The photo above the card's words: the first of the problem; a card stays with the one it began with."""
    if card is not None:
        return str(card.body.get("head", ""))
    shown = evidence_of(turn.session, finding)
    return next((photo.file_id for photo in shown if photo.moment is PhotoMoment.BEFORE and not photo.as_file), "")


def evidence_of(session: Session, finding: Finding) -> list[Photo]:
    """Photos of the problem itself, of its duplicates and of its fix; without any of the problem from the check that
    found it, those of that whole check."""
    family = [finding, *duplicates_of(session, finding.id)]
    own = or_(
        Photo.finding_id.in_([each.id for each in family]),
        *(and_(Photo.check_id == each.check_id, Photo.item_id == each.item_id) for each in family),
    )
    query = select(Photo).where(is_evidence()).order_by(Photo.id).limit(MOST_PHOTOS)
    found = list(session.scalars(query.where(own)))
    if any(photo.moment is PhotoMoment.BEFORE and photo.check_id == finding.check_id for photo in found):
        return found
    return [*session.scalars(query.where(Photo.check_id == finding.check_id, Photo.finding_id.is_(None))), *found]


def reachable(session: Session, person: Person) -> list[Account]:
    return list(session.scalars(select(Account).where(Account.person_id == person.id, Account.blocked_at.is_(None))))


def tell_taker(turn: Turn, finding: Finding, key: str, **values: object) -> None:
    """Who has taken the case hears of it, in their own language."""
    if finding.taken_by is None or finding.taken_by == turn.actor.id:
        return
    taker = turn.session.get_one(Person, finding.taken_by)
    said = texts.say(taker.language, key, problem=check_card.problem_in(taker.language, finding), **values)
    turn.tell(taker, f"{turn.row}:{key}", Reply(said))


def case_seen(turn: Turn, finding_id: int) -> Finding | None:
    """A case the person may look at: to act on it, or because its site is theirs to see."""
    if turn.person is None:
        return None
    found = rights.case_for(turn.session, turn.actor, turn.now, finding_id)
    if found is not None:
        return found
    return rights.finding_for(turn.session, rights.scopes(turn.session, turn.actor, turn.now), finding_id)


def overseen(turn: Turn, finding_id: int) -> Finding | None:
    """The case, if who acts oversees its site as a lead or the office."""
    granted = rights.scopes(turn.session, turn.actor, turn.now, rights.OVERSEES) if turn.person is not None else []
    return rights.finding_for(turn.session, granted, finding_id)


def case_tapped(turn: Turn, finding_id: int) -> Finding | None:
    """The case, if who tapped may act on it; they are told where not."""
    found = rights.case_for(turn.session, turn.actor, turn.now, finding_id) if turn.person is not None else None
    if found is None:
        turn.toast(turn.text("button.too_old"))
        return None
    if ended.refuses_finding(turn, found):
        return None
    if not found.is_open:
        turn.toast(turn.text("finding.is_closed", number=found.number), alert=True)
        return None
    return found


def ask_privately(turn: Turn, what: Expecting, about: int, words: str, toast: str, minutes: int) -> None:
    """What can be typed or photographed with one hand: in the private chat, wherever the button was."""
    turn.expect(what, about, minutes=minutes)
    turn.conversation.check_id = None  # a draft in hand is put aside: it waits under 「我的」
    if not turn.incoming.in_group:
        turn.toast()
        return turn.say(words)
    turn.toast(toast, alert=True)
    return turn.tell(turn.actor, f"{turn.row}:asked", Reply(words))


def tap_take(turn: Turn, finding_id: int) -> None:
    """认领: one takes it; whoever comes second is told who and when."""
    finding = case_tapped(turn, finding_id)
    if finding is None:
        return None
    if finding.taken_by is not None and finding.taken_at is not None:
        name, time = (
            case_card.name_of(turn.session, finding.taken_by),
            f"{turn.agency.local(finding.taken_at):%m-%d %H:%M}",
        )
        return turn.toast(turn.text("case.taken_before", name=name, time=time), alert=True)
    if finding.state not in case_card.WITH_UNIT:
        return turn.toast(turn.text("button.too_old"))
    finding.taken_by, finding.taken_at = turn.actor.id, turn.now
    step(turn, finding, "taken", finding.state)
    return turn.toast(turn.text("case.you_took_it"))


def tap_evidence(turn: Turn, finding_id: int) -> None:
    """The photos of the problem and of its fix, in the private chat of who asks."""
    finding = case_seen(turn, finding_id)
    if finding is None:
        return turn.toast(turn.text("button.too_old"))
    found = evidence_of(turn.session, finding)
    photos = tuple({"file_id": photo.file_id, "as_file": photo.as_file} for photo in found)
    if not photos:
        return turn.toast(turn.text("receipt.no_photos"))
    turn.toast(turn.text("case.photos_in_private") if turn.incoming.in_group else "")
    said = turn.text("case.photos_of", number=finding.number, n=len(photos))
    return turn.tell(turn.actor, f"{turn.row}:evidence", Reply(said, photos=photos))


def any_due(session: Session, agency: Agency, now: datetime) -> bool:
    """Whether a unit's cards still count the days as of yesterday."""
    return bool(_waiting(session, agency, now))


def _waiting(session: Session, agency: Agency, now: datetime) -> list[int]:
    """Units' groups whose cards have not been counted anew today."""
    local = agency.local(now)
    if local.time() < agency.morning_at:
        return []
    return [number for (number,) in columns(session, _WAITING, kind=KIND, day=local.date())]


_SEEN = select(Occurrence.scope).where(Occurrence.kind == bindparam("kind"), Occurrence.local_day == bindparam("day"))
_WAITING = (
    select(GroupChat.id)
    .where(GroupChat.unit_id.is_not(None), GroupChat.bound_at.is_not(None), GroupChat.left_at.is_(None))
    .where(cast(GroupChat.id, Text).not_in(_SEEN))
    .limit(AT_ONCE)
)


def count_days(session: Session, turn_in: Callable[[GroupChat], Turn], agency: Agency, now: datetime) -> None:
    """Once a day, in the morning: every open card of a unit says how many days are left, or how many too many."""
    for number in _waiting(session, agency, now):
        with apart(session, f"the cases of group {number}"):
            if claim(session, KIND, str(number), agency.day(now), now):
                group = session.get_one(GroupChat, number)
                show_open(turn_in(group), group)
