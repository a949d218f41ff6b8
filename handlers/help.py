"""What to do first, and what can be said; never a dead end."""

from handlers import asking_too_much, case_view, checks, ended, joining, keys
from handlers.messages import Reply
from handlers.turn import Turn
from models import rights
from models.people import Role
from models.places import Site


def start(turn: Turn, payload: str) -> None:
    """Opened by a site's code: its check begins; by a case's: the case. Opened plainly: what to do first."""
    if payload.startswith("c_"):
        return case_view.by_code(turn, payload[2:])
    if payload.startswith("s_"):
        coded = Site.token == payload[2:]
        site = turn.session.scalar(rights.visible_sites(turn.inspected).where(coded))
        if site is not None:
            return checks.start_at(turn, site, "code")
        site = turn.session.scalar(rights.visible_sites(turn.scopes).where(coded))
        if site is None:
            return turn.say(turn.text("help.unknown_code"))
        if turn.is_one_of(rights.INSPECTS) and ended.refuses_site(turn, site.id):
            return None
        from handlers import asking

        return asking.show_site(turn, site)
    return turn.say(joining.welcome(turn))


def show(turn: Turn, rest: str) -> None:
    if asking_too_much.is_dropped(turn):
        return None
    if turn.incoming.in_group:
        return turn.say(turn.text("help.group"))
    number = int(rest) if rest.strip().isdecimal() else None
    draft = checks.current_draft(turn) if number is not None and turn.is_one_of(rights.INSPECTS) else None
    item = next((i for i in draft.checklist.items if i.number == number), None) if draft and draft.checklist else None
    if item is not None:
        return turn.say(f"{item.number} {item.name}\n{item.guidance or turn.text('help.no_guidance')}")
    key = "help.inspector" if turn.is_one_of(rights.INSPECTS) else "help.office"
    if key == "help.office" and not turn.is_one_of(rights.OFFICE):
        key = "help.unit" if turn.roles == {Role.UNIT} else "help.reader"
    lines = [turn.text(key), *([turn.text("help.lead")] if Role.LEAD in turn.roles else [])]
    return turn.say(Reply("\n".join(lines), keyboard=keys.keyboard_of(turn)))


def how_to_check(turn: Turn) -> None:
    turn.say(Reply(turn.text("help.how_to_check"), keyboard=keys.keyboard_of(turn)))


def not_understood(turn: Turn, line: str) -> None:
    if asking_too_much.is_dropped(turn):
        return
    key = "help.not_understood_inspector" if turn.is_one_of(rights.INSPECTS) else "help.not_understood"
    turn.say(Reply(turn.text(key, text=line[:40]), keyboard=keys.keyboard_of(turn)))
