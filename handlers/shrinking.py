"""An import that would close many sites: a second administrator is asked in chat, and says yes or no (B91)."""

from handlers import texts
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models.campaign_import import consent
from models.campaign_import.consent import Question
from models.people import Person

NAMES_SHOWN = 8


def ask(turn: Turn, asked: Question) -> list[Person]:
    """Asks everybody who may decide, and gives who that is."""
    people = consent.deciders(turn.session, asked.asker, turn.now)
    for person in people:
        text = texts.say(person.language, "shrinking.ask", names=_names(person, asked), **_said(asked))
        buttons = (
            (Button(texts.say(person.language, "button.close_sites", n=asked.count), f"v1:shrink:{asked.number}:1"),),
            (Button(texts.say(person.language, "button.keep_sites"), f"v1:shrink:{asked.number}:0"),),
        )
        turn.tell(person, f"shrink:{asked.number}", Reply(text, buttons))
    return people


def tap(turn: Turn, number: int, agreed: int) -> None:
    """Who asked cannot answer, whatever else they may do (T16)."""
    asked = consent.question(turn.session, number, turn.now)
    if asked is None or not consent.may_decide(turn.actor, turn.now):
        return turn.toast(turn.text("button.too_old"))
    if asked.asker.id == turn.actor.id:
        return turn.toast(turn.text("shrinking.own"), alert=True)
    if asked.decision is not None:
        return turn.toast(turn.text("shrinking.decided"), alert=True)
    consent.decide(turn.session, asked, turn.actor, bool(agreed), turn.now)
    asker, said = asked.asker, _said(asked)
    told = texts.say(
        asker.language, "shrinking.asker_agreed" if agreed else "shrinking.asker_declined", by=turn.actor.name, **said
    )
    turn.tell(asker, f"shrunk:{asked.number}", Reply(told))
    turn.toast()
    return turn.say(turn.text("shrinking.agreed" if agreed else "shrinking.declined", **said))


def _said(asked: Question) -> dict[str, object]:
    return {
        "campaign": asked.campaign,
        "asker": asked.asker.name,
        "count": asked.count,
        "before": asked.before,
        "share": asked.share,
    }


def _names(person: Person, asked: Question) -> str:
    shown = texts.say(person.language, "shrinking.comma").join(asked.closing[:NAMES_SHOWN])
    if asked.count > NAMES_SHOWN:
        shown = texts.say(person.language, "shrinking.more", names=shown)
    return shown
