"""Time limits of 清新府办函〔2018〕81号, by weight class, by date and around an event; what is open is asked."""

from datetime import date
from decimal import Decimal

import pytest

from bot.campaign_files import read_campaign
from models.campaign_plan import CampaignPlan, DeadlinePlan, Severity
from models.rules.deadlines import Ask, Due, Question, applies, band_of, days_after, limit, settled, working_days_after
from tests.campaign_files.folders import DATA


@pytest.fixture(scope="module")
def plan() -> CampaignPlan:
    return read_campaign(DATA / "livestock-farms")


def rule(plan: CampaignPlan, code: str) -> DeadlinePlan:
    return next(deadline for deadline in plan.deadlines if deadline.code == code)


@pytest.mark.parametrize(
    ("kilograms", "due"),
    [
        ("5", date(2018, 11, 28)),
        ("20", date(2018, 11, 28)),
        ("21", date(2018, 10, 29)),
        ("69.9", date(2018, 10, 29)),
        ("70.1", date(2018, 9, 29)),
        ("110", date(2018, 9, 29)),
    ],
)
def test_pens_emptied_by_weight_class_from_the_day_of_issue(plan: CampaignPlan, kilograms: str, due: date) -> None:
    issued = plan.documents[0].issued.day
    assert issued is not None
    found = limit((rule(plan, "empty-pens"),), issued, Decimal(kilograms))
    assert isinstance(found, Due)
    assert found.on == due


@pytest.mark.parametrize(
    ("kilograms", "question", "bands"),
    [
        ("20.5", Question.IN_NO_BAND, ["20KG以下猪苗", "21~70KG肉猪", "70KG以上肉猪"]),
        ("70", Question.IN_TWO_BANDS, ["21~70KG肉猪", "70KG以上肉猪"]),
        (None, Question.NOT_MEASURED, ["20KG以下猪苗", "21~70KG肉猪", "70KG以上肉猪"]),
    ],
)
def test_no_band_or_two_is_asked_and_never_chosen(
    plan: CampaignPlan, kilograms: str | None, question: Question, bands: list[str]
) -> None:
    weight = Decimal(kilograms) if kilograms else None
    found = limit((rule(plan, "empty-pens"),), date(2018, 7, 31), weight)
    assert isinstance(found, Ask)
    assert (found.question, [band.name for band in found.bands]) == (question, bands)


def test_absolute_dates_do_not_depend_on_the_day_found(plan: CampaignPlan) -> None:
    found = limit((rule(plan, "prohibited-cleared"),), date(2018, 9, 1))
    assert isinstance(found, Due)
    assert found.on == date(2018, 9, 30)


def test_days_around_an_event(plan: CampaignPlan) -> None:
    piglets = date(2018, 8, 20)
    before, after = (settled(rule(plan, code), piglets) for code in ("before-piglets", "after-piglets"))
    assert isinstance(before, Due)
    assert isinstance(after, Due)
    assert (before.on, after.on) == (date(2018, 8, 13), date(2018, 8, 25))


def test_a_rule_applies_to_its_own_items_and_kinds(plan: CampaignPlan) -> None:
    pens = rule(plan, "empty-pens")
    assert applies(pens, "farm", 4, "outside", Severity.ORDINARY)
    assert not applies(pens, "farm", 15, "outside", Severity.ORDINARY)
    assert not applies(pens, "farm", 4, "prohibited", Severity.ORDINARY)
    assert not applies(pens, "other", 4, "outside", Severity.ORDINARY)


def test_no_rule_or_several_is_asked(plan: CampaignPlan) -> None:
    assert limit((), date(2018, 8, 1)) == Ask(Question.NO_RULE)
    both = (rule(plan, "prohibited-cleared"), rule(plan, "rest-finished"))
    assert limit(both, date(2018, 8, 1)) == Ask(Question.SEVERAL_RULES, both)


def test_the_starting_day_is_not_counted() -> None:
    assert days_after(date(2018, 7, 31), 120) == date(2018, 11, 28)
    assert days_after(date(2018, 8, 6), 7) == date(2018, 8, 13)


def test_working_days_ask_a_calendar_which_days_those_are() -> None:
    holidays = {date(2018, 10, day) for day in range(1, 8)}
    made_up = {date(2018, 9, 29), date(2018, 9, 30)}

    def is_working(day: date) -> bool:
        return day in made_up or (day.weekday() < 5 and day not in holidays)

    assert working_days_after(date(2018, 9, 28), 3, is_working) == date(2018, 10, 8)


def test_bands_are_found_by_their_own_bounds(plan: CampaignPlan) -> None:
    bands = rule(plan, "empty-pens").bands
    assert [len(band_of(Decimal(weight), bands)) for weight in (20, 21, 70, 71)] == [1, 1, 2, 1]


def test_phases_may_precede_the_document_and_touch(plan: CampaignPlan) -> None:
    preparation, work, _ = plan.phases
    assert preparation.ends.day == work.starts.day if work.starts else False
    assert preparation.ends.day < plan.documents[0].issued.day


def test_the_ladder_is_kept_in_its_order(plan: CampaignPlan) -> None:
    (ladder,) = plan.ladders
    assert [(step.no, *step.triggers) for step in ladder.steps] == [(1, "found"), (2, "recurred"), (3, "overdue")]
