"""By when a problem is to be put right: cited from the plan, or chosen by a person; or put right on the spot."""

import re
from datetime import date, timedelta

from handlers import day_cards, ended, plan_limits, receipts
from handlers.turn import Turn
from models import rights
from models.alike import is_open_there
from models.evidence import Photo, PhotoMoment
from models.findings import DeadlineSource, Finding, FindingState, FindingStep
from models.memory import unlearn
from models.naming import chinese_number
from models.notices import notices_of
from models.people import Expecting, Role

LONGEST_DAYS = 730
DAYS_AWAY = {"明天": 1, "后天": 2, "大后天": 3, "tomorrow": 1}


def step(turn: Turn, finding: Finding, name: str, to: FindingState, why: str = "") -> None:
    """Every change of a finding is a row with who, when and why."""
    turn.session.add(
        FindingStep(finding_id=finding.id, at=turn.now, person_id=turn.person.id if turn.person else None, step=name,
                    from_state=finding.state, to_state=to, why=why)
    )  # fmt: skip
    if FindingState.VERIFIED_CLOSED in {finding.state, to}:
        unlearn(turn.session, "times closed", finding.site_id, finding.item_id)
    finding.state = to
    if finding.is_open:
        is_open_there(turn.session, finding)
    turn.cases[finding.id] = finding
    turn.record(f"finding.{name}", "finding", finding.id, why=why)


def _finding(turn: Turn, finding_id: int) -> Finding | None:
    """One's own, or one within what the person oversees; still open, or the button is too old."""
    finding = rights.finding_for(turn.session, turn.scopes, finding_id)
    if finding is None or (finding.opened_by != turn.actor.id and not turn.is_one_of(rights.OFFICE | {Role.LEAD})):
        turn.toast(turn.text("button.too_old"))
        return None
    if ended.refuses_finding(turn, finding):
        return None
    if not finding.is_open:
        turn.toast(turn.text("finding.is_closed", number=finding.number), alert=True)
        return None
    if not turn.is_one_of(rights.OFFICE | {Role.LEAD}) and (issued := notices_of(turn.session, finding.id)):
        number, due = issued[-1].number, issued[-1].due_on
        (turn.toast if turn.incoming.tap else turn.say)(
            turn.text("finding.noticed", number=number, date=f"{due:%m-%d}")
        )
        return None
    return finding


def set_deadline(
    turn: Turn, finding: Finding, on: date, basis: str, source: DeadlineSource = DeadlineSource.PERSON
) -> None:
    former = finding.deadline_on
    finding.deadline_on, finding.deadline_source = on, source
    finding.deadline_basis, finding.deadline_by = basis, turn.actor.id
    step(
        turn,
        finding,
        "deadline_set",
        finding.state,
        f"{basis} → {on:%Y-%m-%d}" + (f"（原 {former:%Y-%m-%d}）" if former else ""),
    )
    turn.session.flush()
    receipts.expect_answer(turn, finding.check)
    receipts.show_receipt(turn, finding.check)


def tap_days(turn: Turn, finding_id: int, days: int) -> None:
    """The starting day is not counted (plans K3)."""
    finding = _finding(turn, finding_id)
    if finding is None:
        return None
    if not 0 < days <= LONGEST_DAYS:
        return turn.toast(turn.text("button.too_old"))
    on = turn.today + timedelta(days=days)
    turn.toast(turn.text("finding.due", date=f"{on:%m-%d}"))
    return set_deadline(turn, finding, on, turn.text("button.days", n=days))


def tap_by_plan(turn: Turn, finding_id: int, number: int, day: int) -> None:
    """A person reads the plan: which class, which condition, which day was meant; who did is on record."""
    finding = _finding(turn, finding_id)
    if finding is None:
        return None
    choice = plan_limits.chosen(turn, finding, number, day)
    if choice is None:
        return turn.toast(turn.text("button.too_old"))
    turn.toast(turn.text("finding.due", date=f"{choice.on:%m-%d}"))
    return set_deadline(turn, finding, choice.on, choice.basis, DeadlineSource.PLAN)


def tap_limit(turn: Turn, finding_id: int) -> None:
    """Not on the spot after all: the question of the time limit again."""
    finding = _finding(turn, finding_id)
    if finding is None:
        return
    finding.deadline_source, finding.deadline_basis = None, ""
    step(turn, finding, "on_the_spot_dropped", finding.state)
    turn.expect(Expecting.NOTHING)
    turn.session.flush()
    turn.toast()
    receipts.show_receipt(turn, finding.check)


def tap_own(turn: Turn, finding_id: int) -> None:
    finding = _finding(turn, finding_id)
    if finding is None:
        return
    turn.expect(Expecting.DEADLINE, finding.id, minutes=30)
    turn.toast()
    hint = turn.text("finding.type_deadline", problem=receipts.problem_name(turn, finding))
    receipts.show_receipt(turn, finding.check, hint, ask=finding)


def tap_on_the_spot(turn: Turn, finding_id: int) -> None:
    """立行立改: an after-photo closes it in the same visit."""
    finding = _finding(turn, finding_id)
    if finding is None:
        return
    finding.deadline_on, finding.deadline_source = turn.today, DeadlineSource.ON_THE_SPOT
    finding.deadline_basis, finding.deadline_by = turn.text("button.on_the_spot"), turn.actor.id
    step(turn, finding, "on_the_spot_chosen", finding.state)
    turn.session.flush()
    turn.toast(turn.text("finding.after_photo_please"))
    receipts.expect_answer(turn, finding.check)
    receipts.show_receipt(turn, finding.check)


def read_deadline(text: str, today: date) -> date | None:
    """`10`, `10天`, `两天`, `8月20日`, `8-20`, `2018-08-20`, `月底` → a day after today; None when it is none."""
    plain = text.strip().replace("：", ":")
    if plain in DAYS_AWAY:
        return today + timedelta(days=DAYS_AWAY[plain])
    if found := re.fullmatch(r"(下周|下星期|本周|这周|周|星期)([一二三四五六日天])", plain):
        ahead = ("一二三四五六日".index(found[2].replace("天", "日")) - today.weekday()) + (
            7 if found[1].startswith("下") else 0
        )
        return today + timedelta(days=ahead) if ahead > 0 else None
    if plain in {"月底", "本月底"}:
        first = date(today.year + today.month // 12, today.month % 12 + 1, 1)
        return first - timedelta(days=1)
    found = re.fullmatch(r"(\S{1,4}?)\s*(天|日|日内|天内|days?)?", plain)
    days = chinese_number(found[1]) if found else None
    if days is not None and 0 < days <= LONGEST_DAYS:
        return today + timedelta(days=days)
    written = re.fullmatch(r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?前?", plain)
    if written is None:
        return None
    latest = today + timedelta(days=LONGEST_DAYS)
    for year in (int(written[1]),) if written[1] else (today.year, today.year + 1):
        try:
            on = date(year, int(written[2]), int(written[3]))
        except ValueError:
            continue
        if today <= on <= latest:
            return on
    return None


def deadline_said(note: str, today: date) -> date | None:
    """`灯不亮，限7天`, `3天内修好`: a limit the inspector has put into the note itself; days alone are no limit."""
    found = re.search(
        r"(?:限期?|期限)\s*([0-9一二两三四五六七八九十]{1,3})\s*[天日]|([0-9一二两三四五六七八九十]{1,3})\s*[天日]内",
        note,
    )
    days = chinese_number(found[1] or found[2]) if found else None
    return today + timedelta(days=days) if days is not None and 0 < days <= LONGEST_DAYS else None


def receive_deadline(turn: Turn, finding_id: int, text: str) -> bool:
    """False when the text is no time limit: then it is taken for what it otherwise says."""
    on = read_deadline(text, turn.today)
    if on is None:
        return False
    said = turn.outcome.chats.total()
    finding = _finding(turn, finding_id)
    turn.expect(Expecting.NOTHING)
    if finding is None:
        if turn.outcome.chats.total() == said:
            turn.say(turn.text("button.too_old"))
        return True
    set_deadline(turn, finding, on, turn.text("finding.chosen"))
    return True


def ask_again(turn: Turn, finding_id: int, text: str) -> bool:
    """What was typed is no time limit that can be kept: says so, with the choices."""
    finding = turn.session.get(Finding, finding_id)
    if finding is None or not finding.is_open:
        return False
    receipts.show_receipt(turn, finding.check, turn.text("finding.unclear_deadline", text=text[:40]), ask=finding)
    return True


def receive_after_photo(turn: Turn, photo: Photo, finding_id: int) -> None:
    """Closed in the same visit, with before and after kept together."""
    finding = turn.session.get(Finding, finding_id)
    if finding is None:
        return
    photo.finding_id, photo.check_id, photo.item_id = finding.id, finding.check_id, finding.item_id
    photo.moment = PhotoMoment.AFTER
    turn.record("photo.after", "finding", finding.id, photo=photo.id)
    if finding.is_open:
        step(turn, finding, "corrected_on_the_spot", FindingState.VERIFIED_CLOSED, turn.text("button.on_the_spot"))
        finding.closed_at = turn.now
    turn.session.flush()
    if photo.album is None:
        turn.expect(Expecting.NOTHING)
    receipts.expect_answer(turn, finding.check)
    receipts.show_receipt(turn, finding.check)
    day_cards.refresh(turn, finding.check)
