"""The receipt: what the card of a check shows once it is handed in, and the questions its problems leave."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers import check_card, flags
from handlers.messages import Button, Reply
from handlers.plan_limits import plan_buttons, why_asked
from handlers.turn import Turn
from models.checks import DESK, Check, ItemResult, Outcome
from models.drafts import passed_and_others, photo_count, photos_before
from models.evidence import PhotoState
from models.findings import DeadlineSource, Finding, FindingState
from models.people import Expecting
from models.sightings import Sighting, of_check

LATE_SECONDS = 120
DAYS_OFFERED = (3, 7, 15)
MOST_AGAIN = 4  # buttons to open a case of its own after all


@dataclass(frozen=True, slots=True)
class Tally:
    """What a receipt tells of the answers: how many were fine, and those that were not, by item number."""

    passed: int
    others: tuple[ItemResult, ...]

    @property
    def failed(self) -> int:
        return sum(result.outcome is Outcome.FAIL for result in self.others)


def tally(results: Sequence[ItemResult], passed_besides: int = 0) -> Tally:
    """`passed_besides`: items that were passed together, without being looked at one by one here."""
    others = tuple(result for result in results if result.outcome is not Outcome.PASS)
    return Tally(len(results) - len(others) + passed_besides, others)


def tally_of(turn: Turn, check: Check) -> Tally:
    passed, others = passed_and_others(turn.session, check)
    return Tally(passed, tuple(others))


def findings_of(check: Check) -> list[Finding]:
    return [finding for finding in check.findings if finding.state is not FindingState.WITHDRAWN]


def open_question(check: Check) -> Finding | None:
    """The first problem of the check whose time limit nobody has set; the plan's own limits are not asked about."""
    return next((f for f in findings_of(check) if f.is_open and f.deadline_source is None), None)


def awaiting_photo(check: Check) -> Finding | None:
    return next(
        (f for f in findings_of(check) if f.is_open and f.deadline_source is DeadlineSource.ON_THE_SPOT),
        None,
    )


def counted_for_others(turn: Turn, check: Check, counted: Tally) -> dict[int, tuple[Sighting, Finding]]:
    """By item, open cases of other checks that this one counts for. Asked for only where an item has failed and has no
    case of the check's own."""
    own = {finding.item_id for finding in findings_of(check)}
    if all(result.outcome is not Outcome.FAIL or result.item_id in own for result in counted.others):
        return {}
    seen = [one for one in of_check(turn.session, check.id).values() if one.counts and one.item_id not in own]
    return {one.item_id: (one, turn.session.get_one(Finding, one.finding_id)) for one in seen}


def receipt_lines(turn: Turn, check: Check, counted: Tally, again: dict[int, tuple[Sighting, Finding]]) -> list[str]:
    if check.kind == DESK:
        return _desk_lines(turn, check)
    site = check.site.name if check.site else ""
    lines = [turn.text("receipt.recorded", number=check.number), f"{site} · {check_card.campaign_name(turn, check)}"]
    failed, findings = counted.failed, findings_of(check)
    aside = len(counted.others) - failed
    if failed:
        key = "receipt.some_failed" if not again else "receipt.some_again" if findings else "receipt.all_again"
        lines.append(turn.text(key, passed=counted.passed, failed=failed, findings=len(findings), again=len(again)))
    else:
        lines.append(turn.text("receipt.all_passed", passed=counted.passed))
    if aside:
        lines.append(turn.text("receipt.aside", n=aside))
    told = {f.item_id: f for f in findings}
    for result in counted.others:
        lines += check_card.result_lines(turn, (result,))
        if result.item_id in told:
            lines[-1] += " · " + finding_state(turn, told[result.item_id])
        elif result.item_id in again:
            lines[-1] += " · " + _same_as(turn, again[result.item_id][1])
    if check.note:
        lines.append(turn.text("check.note", note=check_card.clipped(check.note)))
    lines += [photos_line(turn, check), *check_card.video_lines(turn, check), times_line(turn, check)]
    if doubts := flags.line_of(turn.language, check):
        lines.append(doubts)
    return lines


def _same_as(turn: Turn, finding: Finding) -> str:
    """同一问题，已并入 TH-0806-W01; how it ended, where it has."""
    said = turn.text("again.counted", number=_main(turn, finding).number)
    return said if _main(turn, finding).is_open else f"{said} · {_state(turn, _main(turn, finding))}"


def _main(turn: Turn, finding: Finding) -> Finding:
    merged = finding.state is FindingState.DUPLICATE and finding.duplicate_of is not None
    return turn.session.get_one(Finding, finding.duplicate_of) if merged else finding


def _desk_lines(turn: Turn, check: Check) -> list[str]:
    """Of a case that was opened straight from a complaint: nobody was there."""
    lines = [f"{check.site.name if check.site else ''} · {check_card.campaign_name(turn, check)}"]
    for finding in check.findings:
        item, state = check_card.item_name(turn, finding.item), finding_state(turn, finding)
        lines += [turn.text("complaint.case_opened", number=finding.number, item=item, state=state), finding.note]
    return [*lines, turn.text("complaint.case_of", number=check.note)]


def finding_state(turn: Turn, finding: Finding) -> str:
    """期限 08-13 · 已整改 · 期限待定 · 反弹（第 2 次）"""
    state = _state(turn, finding)
    if finding.recurrence == 1 or not finding.is_open:
        return state
    return f"{state} · {turn.text('finding.recurred', n=finding.recurrence)}"


def _state(turn: Turn, finding: Finding) -> str:
    if finding.state is FindingState.VERIFIED_CLOSED:
        return (
            turn.text("finding.closed_on", date=f"{turn.agency.local(finding.closed_at):%m-%d}")
            if finding.closed_at
            else ""
        )
    if finding.state is FindingState.DUPLICATE:
        return turn.text("merge.into", number=_main(turn, finding).number)
    if finding.deadline_source is DeadlineSource.ON_THE_SPOT:
        return turn.text("finding.on_the_spot_waiting")
    if finding.deadline_on is None:
        return turn.text("finding.no_deadline")
    told = turn.text("finding.due", date=f"{finding.deadline_on:%m-%d}")
    if finding.deadline_source is not DeadlineSource.PLAN:
        return told
    return f"{told} ({finding.deadline_basis})" if turn.language == "en" else f"{told}（{finding.deadline_basis}）"


def photos_line(turn: Turn, check: Check) -> str:
    """How many of the photos are safe, and which are not; corrected by itself when the rest arrives (B25)."""
    count = photo_count(check)
    if count.lost or count.unusable:
        line = turn.text("receipt.photos_bad", n=count.sent, which=_bad_ones(turn, check))
    elif count.pending:
        line = turn.text("receipt.photos_pending", n=count.sent, pending=count.pending)
    else:
        line = turn.text("receipt.photos_stored", n=count.sent)
    if count.remarks:
        told = "、".join(turn.text(f"remark.{remark}") for remark in count.remarks)
        line += "\n" + turn.text("receipt.remarks", remarks=told)
    return line


def _bad_ones(turn: Turn, check: Check) -> str:
    """By their places among the check's photos, each kind of trouble apart."""
    places: dict[str, list[str]] = {}
    for number, photo in enumerate(photos_before(check), 1):
        if photo.is_unusable:
            kind = "lost" if photo.state is PhotoState.LOST else str(photo.verdict)
            places.setdefault(kind, []).append(str(number))
    separator = ", " if turn.language == "en" else "、"
    return separator.join(
        turn.text(f"receipt.which_{kind}", numbers=separator.join(numbers)) for kind, numbers in places.items()
    )


def times_line(turn: Turn, check: Check) -> str:
    """When, and how far from the site; both times where the network was late (K3)."""
    assert check.submitted_at is not None
    location = check.location
    late = location is not None and (location.received_at - location.sent_at).total_seconds() > LATE_SECONDS
    if late and location is not None:
        told = turn.text("receipt.late", sent=turn.clock(location.sent_at), received=turn.clock(location.received_at))
    else:
        told = turn.clock(check.submitted_at)
        if turn.agency.day(check.submitted_at) != check.day:
            told = f"{turn.agency.local(check.submitted_at):%m-%d} {told}"
    if check.distance_m is not None:
        told += " · " + turn.text("check.distance", distance=check_card.metres(turn, check.distance_m))
    if check.revision > 1:
        told += " · " + turn.text("receipt.revision", n=check.revision)
    return told


def show_receipt(
    turn: Turn, check: Check, hint: str = "", follows: bool = True, ask: Finding | None = None,
    counted: Tally | None = None,
) -> None:  # fmt: skip
    """The receipt in place of the draft's card; below the last message only where that was part of the talk."""
    reply = receipt_reply(turn, check, hint, ask, counted)
    if follows:
        turn.card(check_card.card_key(check), reply, follows=True)
        return
    turn.card_in(check_card.card_key(check), turn.incoming.channel, turn.incoming.chat, reply, follows=True)


def receipt_reply(
    turn: Turn, check: Check, hint: str = "", ask: Finding | None = None, counted: Tally | None = None
) -> Reply:
    """`ask`: the problem whose time limit is asked for together with the hint."""
    counted = counted or tally_of(turn, check)
    again = counted_for_others(turn, check, counted)
    lines = receipt_lines(turn, check, counted, again)
    waiting, question = awaiting_photo(check), open_question(check)
    rows: list[Sequence[Button]] = []
    if hint:
        lines += ["", hint]
        rows += deadline_buttons(turn, ask) if ask is not None else []
    elif waiting is not None:
        lines += ["", turn.text("finding.send_after_photo", problem=problem_name(turn, waiting))]
        rows.append((Button(turn.text("button.set_deadline"), f"v1:limit:{waiting.id}"),))
    elif question is not None:
        lines += [
            "",
            turn.text("finding.ask_deadline", problem=problem_name(turn, question)),
            *why_asked(turn, question),
        ]
        rows += deadline_buttons(turn, question)
    rows += _another_buttons(turn, again)
    if check.kind != DESK:
        rows.append(_last_row(turn, check))
    return Reply("\n".join(lines), tuple(tuple(row) for row in rows))


def _another_buttons(turn: Turn, again: dict[int, tuple[Sighting, Finding]]) -> list[Sequence[Button]]:
    """是新问题: nobody had said that it is the same, or it was said too soon."""
    words = turn.text("button.another")
    rows: list[Sequence[Button]] = []
    for sighting, finding in list(again.values())[:MOST_AGAIN]:
        if _main(turn, finding).is_open:
            item = check_card.item_label(turn, finding.item)
            label = turn.text("again.of_item", item=item, words=words) if len(again) > 1 else words
            rows.append((Button(label, f"v1:another:{sighting.id}"),))
    return rows


def _last_row(turn: Turn, check: Check) -> list[Button]:
    row = [
        Button(turn.text("button.correct"), f"v1:fix:{check.id}"),
        Button(turn.text("button.photos"), f"v1:photos:{check.id}"),
    ]
    if check.undo_until is not None and turn.now < check.undo_until:
        row.insert(0, Button(turn.text("button.undo"), f"v1:undo:{check.id}"))
    return row


def problem_name(turn: Turn, finding: Finding) -> str:
    return check_card.problem_in(turn.language, finding)


def deadline_buttons(turn: Turn, finding: Finding) -> list[Sequence[Button]]:
    days = [Button(turn.text("button.days", n=n), f"v1:due:{finding.id}:{n}") for n in DAYS_OFFERED]
    own = Button(turn.text("button.own_deadline"), f"v1:own:{finding.id}")
    if finding.check.kind == DESK:  # nobody is there to put it right on the spot
        return [*plan_buttons(turn, finding), (*days, own)]
    on_the_spot = (Button(turn.text("button.on_the_spot"), f"v1:spot:{finding.id}"),)
    return [*plan_buttons(turn, finding), on_the_spot, (*days, own)]


def expect_answer(turn: Turn, check: Check) -> None:
    """What the inspector's next photo or line is taken for, as the receipt now asks."""
    waiting = awaiting_photo(check)
    if waiting is not None:
        turn.expect(Expecting.AFTER_PHOTO, waiting.id, minutes=120)
    elif turn.conversation.expecting is Expecting.AFTER_PHOTO:
        turn.expect(Expecting.NOTHING)
