"""What was sent back and has no answer yet: under 「我的」, in the morning, and when nothing more will come."""

from handlers import return_card, texts
from handlers.filters import campaign_title_in
from handlers.messages import Button, Reply, Rows
from handlers.turn import Turn
from models import rights
from models.campaigns import Campaign
from models.people import Person
from models.returns import Return, asked_of_person, open_in_campaign, sent_back_by

SHOWN = 6


def to_answer(turn: Turn) -> tuple[list[str], Rows]:
    """What the person has to answer anew, with a button for each check."""
    found = asked_of_person(turn.session, turn.actor.id) if turn.is_one_of(rights.INSPECTS) else []
    if not found:
        return [], []
    lines = [turn.text("returned.mine", n=sum(len(one.open_items) for one in found))]
    lines += [line_of(turn.language, one) for one in found[:SHOWN]]
    rows: Rows = [
        (Button(turn.text("button.answer_again", **_site(one)), f"v1:returned:{one.id}"),) for one in found[:SHOWN]
    ]
    return lines, rows


def line_of(language: str, found: Return) -> str:
    """· 3 烟蒂、13 灯 · 玄真公厕"""
    return f"· {return_card.labels_of(language, found.open_items)} · {_site(found)['site']}"


def _site(found: Return) -> dict[str, str]:
    return {"site": found.check.site.name if found.check.site is not None else ""}


def awaited(turn: Turn) -> tuple[list[str], Rows]:
    """What the person has sent back and has no answer to: one line, and a button for each check."""
    found = sent_back_by(turn.session, turn.actor.id) if turn.is_one_of(rights.OVERSEES) else []
    if not found:
        return [], []
    checks_of = {one.check_id: one for one in found}
    rows: Rows = [
        (Button(turn.text("button.sent_back_to", **_site(one)), f"v1:check:{one.check_id}"),)
        for one in list(checks_of.values())[:SHOWN]
    ]
    return [turn.text("returned.outstanding", n=sum(len(one.open_items) for one in found))], rows


def tell_ended(turn: Turn, campaign: Campaign) -> None:
    """Who waits for answers hears that none will come: one message, however many there were."""
    waiting: dict[int, list[Return]] = {}
    for found in open_in_campaign(turn.session, campaign.id):
        waiting.setdefault(found.person_id, []).append(found)
    for person_id, those in waiting.items():
        person = turn.session.get_one(Person, person_id)
        name = campaign_title_in(person.language, campaign)
        lines = [texts.say(person.language, "returned.campaign_ended", campaign=name)]
        lines += [f"{line_of(person.language, one)} · {one.check.person.name}" for one in those[:SHOWN]]
        turn.tell(person, f"campaign:{campaign.id}:{turn.now:%Y%m%d%H%M%S}:returned", Reply("\n".join(lines)))
