"""Who knocks without an invitation, or tries links that are none: counted, answered little, never let in (T01)."""

from datetime import timedelta

from sqlalchemy import select

from handlers import texts
from handlers.turn import Turn
from models.people import StrangerVisit

ANSWERS_AN_HOUR = 20  # to one stranger: enough to be understood, too few to be used as a loudspeaker
WRONG_LINKS_AN_HOUR = 5
HOUR = timedelta(hours=1)


def greet(turn: Turn, wrong_link: bool = False) -> None:
    """One neutral sentence, the same for everything; nothing of what was sent is kept (T01)."""
    if turn.incoming.sender is None or turn.incoming.in_group:
        return
    visit = _visit(turn)
    visit.count, visit.last_at = visit.count + 1, turn.now
    visit.wrong_links += wrong_link
    if visit.answered >= ANSWERS_AN_HOUR or visit.wrong_links > WRONG_LINKS_AN_HOUR:
        return
    visit.answered += 1
    turn.toast()
    turn.say(texts.say(turn.agency.language, "stranger.neutral"))


def wrong_link(turn: Turn) -> None:
    """A link that is none. Five an hour are answered, for whoever it is; the sixth is told to wait, then nothing."""
    if turn.person is None or not turn.roles:
        return greet(turn, wrong_link=True)
    visit = _visit(turn)
    visit.wrong_links, visit.last_at = visit.wrong_links + 1, turn.now
    if visit.wrong_links <= WRONG_LINKS_AN_HOUR:
        return turn.say(turn.text("invite.unknown"))
    if visit.wrong_links == WRONG_LINKS_AN_HOUR + 1:
        turn.record("invite.guessed", "person", turn.actor.id)
        turn.say(turn.text("invite.too_many"))
    return None


def has_guessed_enough(turn: Turn) -> bool:
    """Then not even a right link is looked at within the hour: a thousand guesses are five (B69)."""
    visit = _known_visit(turn)
    return visit is not None and turn.now - visit.hour_began_at < HOUR and visit.wrong_links >= WRONG_LINKS_AN_HOUR


def _known_visit(turn: Turn) -> StrangerVisit | None:
    sender = turn.incoming.sender
    if sender is None:
        return None
    return turn.session.scalar(select(StrangerVisit).filter_by(channel=turn.incoming.channel, external_id=sender.id))


def _visit(turn: Turn) -> StrangerVisit:
    sender, visit = turn.incoming.sender, _known_visit(turn)
    assert sender is not None
    if visit is None:
        visit = StrangerVisit(channel=turn.incoming.channel, external_id=sender.id, count=0, answered=0, wrong_links=0,
                              hour_began_at=turn.now, last_at=turn.now)  # fmt: skip
        turn.session.add(visit)
    if turn.now - visit.hour_began_at >= HOUR:
        visit.hour_began_at, visit.answered, visit.wrong_links = turn.now, 0, 0
    return visit
