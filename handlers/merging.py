"""并入: a case that is another one's duplicate goes on there; who oversees both says so, and can undo it."""

from handlers import case_card, case_view, cases, check_card, complaint_visits, day_cards, ended, receipts, sighting
from handlers.deadlines import step
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models.findings import Finding, FindingState
from models.people import Expecting
from models.sightings import duplicates_of, recount
from models.sites import open_findings

PATIENCE = 10  # minutes for the number; afterwards one typed opens its case, as ever
SHOWN = 6


def _mergeable(turn: Turn, finding_id: int) -> Finding | None:
    """The case, if who asks oversees it and it still goes on; they are told where not."""
    say = turn.toast if turn.incoming.tap else turn.say
    finding = cases.overseen(turn, finding_id)
    if finding is None:
        say(turn.text("button.too_old"))
        return None
    if ended.refuses_finding(turn, finding):
        return None
    if not finding.is_open:
        state = case_card.limit_line(turn, turn.language, finding)
        say(turn.text("case.as_it_stands", problem=receipts.problem_name(turn, finding), state=state))
        return None
    return finding


def tap_merge(turn: Turn, finding_id: int) -> None:
    finding = _mergeable(turn, finding_id)
    if finding is None:
        return
    turn.expect(Expecting.MERGED_INTO, finding.id, minutes=PATIENCE)
    turn.conversation.check_id = None  # a draft in hand is put aside: it waits under 「我的」
    turn.toast()
    others = [each for each in open_findings(turn.session, finding.site_id) if each.id != finding.id]
    rows = tuple((Button(_short(turn, each), f"v1:into:{finding.id}:{each.id}"),) for each in others[:SHOWN])
    turn.say(Reply(turn.text("merge.which" if rows else "merge.which_number", case=_name(turn, finding)), rows))


def receive_number(turn: Turn, line: str) -> bool:
    """A number where one was asked for: shown and asked once more, as one may have been typed to look at it only."""
    about, number = turn.expects(Expecting.MERGED_INTO), case_view.number_in(line)
    if about is None or number is None:
        return False
    finding = _mergeable(turn, about)
    if finding is None:
        turn.expect(Expecting.NOTHING)
        return True
    named = case_view.newest_seen(turn, number)
    if named is None:
        turn.say(turn.text("case.no_such_number", number=number))
        return True
    main = _main(turn, finding, named.id)
    if main is not None:
        turn.expect(Expecting.NOTHING)
        sure = (Button(turn.text("button.merge_surely"), f"v1:into:{finding.id}:{main.id}"),)
        look = (Button(_short(turn, main), f"v1:case:{main.id}"),)
        asked = turn.text("merge.sure", case=_name(turn, finding), main=_name(turn, main))
        turn.say(Reply(asked, (sure, look)))
    return True


def _main(turn: Turn, finding: Finding, number: int) -> Finding | None:
    """Where it would go on: the case named, or what that was merged into; who asks is told where that is no use."""
    say = turn.toast if turn.incoming.tap else turn.say
    main = cases.overseen(turn, number)
    if main is not None and main.state is FindingState.DUPLICATE and main.duplicate_of is not None:
        main = cases.overseen(turn, main.duplicate_of)
    if main is None:
        say(turn.text("button.too_old"))
    elif main.id == finding.id:
        say(turn.text("merge.itself"))
    elif main.campaign_id != finding.campaign_id:
        say(turn.text("merge.other_campaign"))
    elif not main.is_open:
        state = case_card.limit_line(turn, turn.language, main)
        say(turn.text("case.as_it_stands", problem=receipts.problem_name(turn, main), state=state))
    else:
        return main
    return None


def tap_into(turn: Turn, finding_id: int, main_id: int) -> None:
    finding = _mergeable(turn, finding_id)
    main = _main(turn, finding, main_id) if finding is not None else None
    if finding is None or main is None:
        return
    if turn.conversation.expecting is Expecting.MERGED_INTO:
        turn.expect(Expecting.NOTHING)
    for each in (*duplicates_of(turn.session, finding.id), finding):  # a duplicate's own go along: never a chain
        each.duplicate_of = main.id
        step(turn, each, "merged", FindingState.DUPLICATE, main.number)
        complaint_visits.follow(turn, each, main)
        day_cards.refresh(turn, each.check)
    step(turn, main, "merged_in", main.state, finding.number)
    recount(turn.session, finding)
    recount(turn.session, main)
    turn.toast(turn.text("merge.into", number=main.number))
    cases.tell_taker(turn, finding, "merge.was_merged", number=finding.number, main=main.number)
    case_view.show_below(turn, finding)


def tap_part(turn: Turn, finding_id: int) -> None:
    """取消并入, while the other goes on: as it was before."""
    finding = cases.overseen(turn, finding_id)
    if finding is None or finding.state is not FindingState.DUPLICATE or finding.duplicate_of is None:
        return turn.toast(turn.text("button.too_old"))
    if ended.refuses_finding(turn, finding):
        return None
    main = turn.session.get_one(Finding, finding.duplicate_of)
    if not main.is_open:
        return turn.toast(turn.text("merge.main_is_closed", number=main.number), alert=True)
    merged = [one for one in finding.steps if one.step == "merged" and one.from_state is not FindingState.DUPLICATE]
    former = merged[-1].from_state if merged else None
    finding.duplicate_of = None
    step(turn, finding, "parted", former or FindingState.OPEN, main.number)
    step(turn, main, "parted_from", main.state, finding.number)
    sighting.settle(turn, main)
    recount(turn.session, finding)
    day_cards.refresh(turn, finding.check)
    turn.toast(turn.text("merge.parted"))
    return case_view.show_below(turn, finding)


def _short(turn: Turn, finding: Finding) -> str:
    return f"{finding.number} {check_card.item_label(turn, finding.item)}"


def _name(turn: Turn, finding: Finding) -> str:
    return f"{finding.number} {receipts.problem_name(turn, finding)}"
