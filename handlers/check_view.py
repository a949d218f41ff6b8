"""A handed-in check in the private chat of who asks for it: what its receipt says, and what this reader may do."""

import re
import unicodedata
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from handlers import receipts
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import rights
from models.checks import HANDED_IN, Check, CheckState
from models.people import Role
from models.places import Site
from models.returns import Return, returns_of

NUMBER = r"[A-Z]{2,6}-(?:\d{4})-\d{3,5}"
_LINE = re.compile(rf"(?:No\.?\s*)?({NUMBER})", re.IGNORECASE)
YEARS = 5  # numbers begin again every year
LISTED = 12
MOST_BUTTONS = 8
LOOKS = rights.OVERSEES | {Role.AUDITOR}


def by_number(turn: Turn, line: str) -> bool:
    """`TH-0806-001`: the check of that number. False: the line is no such number."""
    plain = _LINE.fullmatch(unicodedata.normalize("NFKC", line).strip())
    if plain is None:
        return False
    check = numbered(turn, plain[1])
    if check is None:
        turn.say(turn.text("shown.no_such_number", number=plain[1].upper()))
    else:
        show(turn, check)
    return True


def numbered(turn: Turn, number: str) -> Check | None:
    """The newest one of that number that the person may see. The number itself tells the day, by which it is found."""
    number = number.upper()
    month, day = int(number.split("-")[1][:2]), int(number.split("-")[1][2:])
    query = select(Check.id).where(Check.day.in_(_days(turn.today, month, day)), Check.number == number, HANDED_IN)
    for check_id in turn.session.scalars(query.order_by(Check.day.desc())):
        check = rights.check_for(turn.session, turn.actor, turn.now, check_id)
        if check is not None:
            return check
    return None


def _days(today: date, month: int, day: int) -> list[date]:
    found = []
    for year in range(today.year, today.year - YEARS, -1):
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return found


def tap_check(turn: Turn, check_id: int) -> None:
    """From a list or a site's file."""
    check = seen(turn, check_id)
    if check is None:
        return turn.toast(turn.text("button.too_old"))
    turn.toast()
    turn.incoming = replace(turn.incoming, button="")  # below the list it was chosen from, where the thumb is
    return show(turn, check)


def seen(turn: Turn, check_id: int) -> Check | None:
    """A handed-in check the person may look at."""
    check = rights.check_for(turn.session, turn.actor, turn.now, check_id)
    return check if check is not None and check.state is CheckState.SUBMITTED else None


def show(turn: Turn, check: Check) -> None:
    """Below what its reader just sent; one's own is the receipt itself."""
    if check.person_id == turn.actor.id:
        return receipts.show_receipt(turn, check)
    return turn.card(view_key(check, turn.incoming.channel, turn.incoming.chat), view_reply(turn, check), follows=True)


def view_key(check: Check, channel: str, chat: str) -> str:
    return f"shown:{check.id}:{channel}:{chat}"


def view_reply(turn: Turn, check: Check) -> Reply:
    counted = receipts.tally_of(turn, check)
    lines = receipts.receipt_lines(turn, check, counted, receipts.counted_for_others(turn, check, counted))
    assert check.day is not None
    lines.insert(2, turn.text("shown.by", name=check.person.name, date=f"{check.day:%m-%d}"))
    row, let_off = [Button(turn.text("button.photos"), f"v1:photos:{check.id}")], []
    may_return = rights.check_to_oversee(turn.session, turn.actor, turn.now, check.id) is not None
    for one in returns_of(turn.session, check):
        if one.open_items:
            lines.append(_waiting_line(turn, one))
            let_off.append((Button(turn.text("button.let_off"), f"v1:let_off:{one.id}"),))
    if may_return:
        row.append(Button(turn.text("button.send_back"), f"v1:send_back:{check.id}"))
    return Reply("\n".join(lines), (tuple(row), *(let_off if may_return else ())))


def _waiting_line(turn: Turn, one: Return) -> str:
    assert one.sent_at is not None
    numbers = turn.text("returned.comma").join(f"{item.item.number}" for item in one.open_items)
    time = f"{turn.agency.local(one.sent_at):%m-%d %H:%M}"
    return turn.text("returned.waiting", name=one.person.name, time=time, numbers=numbers)


def buttons_of(turn: Turn, checks: list[Check]) -> tuple[tuple[Button, ...], ...]:
    """To open what somebody else has handed in, for those who look after it."""
    if turn.incoming.in_group or not turn.is_one_of(LOOKS):
        return ()
    others = [one for one in checks if one.person_id != turn.actor.id and seen(turn, one.id) is not None]
    return tuple((Button(f"No. {one.number}", f"v1:check:{one.id}"),) for one in others)


def list_button(turn: Turn, campaign_id: int) -> tuple[tuple[Button, ...], ...]:
    if turn.incoming.in_group or not turn.is_one_of(LOOKS):
        return ()
    data = f"v1:checks:{campaign_id}:{turn.today.toordinal()}"
    return ((Button(turn.text("button.checks_of_day"), data),),)


def tap_checks(turn: Turn, campaign_id: int, ordinal: int) -> None:
    """All handed in on a day where the person looks after it, the newest first."""
    looks = rights.scopes(turn.session, turn.actor, turn.now, LOOKS)
    if not looks or not 0 < ordinal <= date.max.toordinal():
        return turn.toast(turn.text("button.too_old"))
    turn.toast()
    day = date.fromordinal(ordinal)
    query = select(Check).join(Site, Site.id == Check.site_id).where(rights.within(looks), Site.closed_at.is_(None))
    of_day = query.where(HANDED_IN, Check.campaign_id == campaign_id, Check.day == day)
    found = list(turn.session.scalars(of_day.order_by(Check.submitted_at.desc(), Check.id.desc())))
    lines = [turn.text("shown.list", date=f"{day:%m-%d}", n=len(found)), *(_line(turn, one) for one in found[:LISTED])]
    if len(found) > LISTED:
        lines.append(turn.text("ask.more", n=len(found) - LISTED))
    return turn.say(Reply("\n".join(lines), buttons_of(turn, found[:MOST_BUTTONS])))


def _line(turn: Turn, check: Check) -> str:
    """· TH-0806-001 玄真公厕 · 小陈 · 1 项不合格"""
    failed = receipts.tally_of(turn, check).failed
    result = turn.text("check.some_failed", n=failed) if failed else turn.text("check.all_passed")
    site = check.site.name if check.site is not None else ""
    return f"· {check.number} {site} · {check.person.name} · {result}"
