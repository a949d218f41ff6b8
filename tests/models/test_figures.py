"""Every figure the program tells, against counting with loops (I13)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from handlers.day_cards import bounds
from models.campaigns import Campaign, Target
from models.checks import Check, CheckState
from models.figures import (
    campaigns_within,
    coverage,
    coverage_by_area,
    coverage_by_kind,
    day_figures,
    due_on,
    headline_target,
)
from models.findings import FindingState
from models.ledgers import ledger_count, ledger_rows
from models.places import Site
from models.rights import Scope, areas_below, common, within
from models.sites import is_due, last_checked_days, open_findings, planned_sites
from tests.models.random_records import AGENCY, DAYS, FIRST, Record, make, moment

SEEDS = range(8)
UNCOUNTED = {FindingState.WITHDRAWN, FindingState.DUPLICATE}
OVER = {FindingState.VERIFIED_CLOSED, *UNCOUNTED}


@pytest.fixture(params=SEEDS, ids=lambda seed: f"seed{seed}")
def record(request: pytest.FixtureRequest) -> Record:
    return make(request.param)


def scopes(record: Record) -> list[Scope]:
    """None to three parts, by chance."""
    chance = record.chance

    def one() -> Scope:
        some = frozenset(area.id for area in record.areas if chance.random() < 0.5)
        return Scope(chance.choice([None, some]), chance.choice([None, record.campaigns[0].id, record.campaigns[1].id]))

    return [one() for _ in range(chance.randrange(4))]


def is_in(site: Site, granted: list[Scope]) -> bool:
    for scope in granted:
        if scope.areas is not None and site.area_id not in scope.areas:
            continue
        if scope.campaign is not None and site.campaign_id != scope.campaign:
            continue
        return True
    return False


def test_a_days_figures(record: Record) -> None:
    for _ in range(3):
        granted, campaign = scopes(record), record.chance.choice(record.campaigns)
        day = FIRST + timedelta(days=record.chance.randrange(DAYS))
        first, last = bounds(AGENCY, day)
        mine = {
            s.id for s in record.sites if s.campaign_id == campaign.id and s.closed_at is None and is_in(s, granted)
        }
        checks = [c for c in record.checks if c.site_id in mine and c.day == day and c.state is CheckState.SUBMITTED]
        findings = [f for f in record.findings if f.site_id in mine and f.campaign_id == campaign.id]
        still = [f for f in findings if f.state not in OVER]
        figures = day_figures(record.session, campaign.id, granted, day, (first, last))
        assert figures.checks == len(checks)
        assert figures.sites == len({c.site_id for c in checks})
        assert figures.late == sum(c.received_at >= last for c in checks if c.received_at)
        assert figures.opened == sum(f.day == day and f.state not in UNCOUNTED for f in findings)
        assert figures.closed == sum(
            f.closed_at is not None and first <= f.closed_at < last and f.state not in UNCOUNTED for f in findings
        )
        assert figures.open == len(still)
        assert figures.overdue == sum(f.deadline_on is not None and f.deadline_on < day for f in still)
        tomorrow = day + timedelta(days=1)
        due = [f.id for f in still if f.deadline_on == tomorrow]
        assert figures.due == len(due)
        for limit in (1, 100):
            assert [f.id for f in due_on(record.session, campaign.id, granted, tomorrow, limit)] == due[:limit]
        assert figures.anything_happened == bool(figures.checks or figures.opened or figures.closed)


def test_coverage(record: Record) -> None:
    for campaign in record.campaigns:
        granted = scopes(record)
        mine = [s for s in record.sites if s.campaign_id == campaign.id and s.closed_at is None and is_in(s, granted)]
        done = {c.site_id for c in record.checks if c.state is CheckState.SUBMITTED}
        whole = coverage(record.session, campaign.id, granted)
        assert (whole.done, whole.total) == (len([s for s in mine if s.id in done]), len(mine))
        for found, named, part in (
            (coverage_by_area(record.session, campaign.id, granted), {a.id: a.name for a in record.areas}, "area_id"),
            (coverage_by_kind(record.session, campaign.id, granted), {k.id: k.name for k in record.kinds}, "kind_id"),
        ):
            expected: dict[str, list[int]] = {}
            for site in mine:
                if getattr(site, part) is not None:
                    of = expected.setdefault(named[getattr(site, part)], [0, 0])
                    of[0] += site.id in done
                    of[1] += 1
            assert {c.name: [c.done, c.total] for c in found} == expected


def test_the_target_is_shown_to_who_sees_everything(record: Record) -> None:
    campaign = record.campaigns[0]
    record.session.add(
        Target(campaign_id=campaign.id, code="t", name="目标", comparison=">=", value=20, measure="sites_checked")
    )
    record.session.flush()
    everything = headline_target(record.session, campaign, [Scope()])
    assert everything is not None
    assert everything.missing == max(0, 20 - coverage(record.session, campaign.id, [Scope()]).done)
    assert headline_target(record.session, campaign, [Scope(frozenset({1}))]) is None
    assert headline_target(record.session, campaign, []) is None


def test_campaigns_in_sight(record: Record) -> None:
    granted = scopes(record)
    seen = {s.campaign_id for s in record.sites if is_in(s, granted)}
    assert {c.id for c in campaigns_within(record.session, granted)} == seen


def test_a_scope_in_a_scope(record: Record) -> None:
    some, others = scopes(record), scopes(record)
    both = {site.id for site in record.sites if is_in(site, some) and is_in(site, others)}
    assert set(record.session.scalars(select(Site.id).where(within(common(some, others))))) == both
    assert set(record.session.scalars(select(Site.id).where(within(some)))) == {
        site.id for site in record.sites if is_in(site, some)
    }


def test_all_the_areas_below_one(record: Record) -> None:
    parents = {area.id: area.parent_id for area in record.areas}

    def lies_in(area: int | None, top: int) -> bool:
        return area is not None and (area == top or lies_in(parents[area], top))

    for top in parents:
        assert areas_below(record.session, top) == {area for area in parents if lies_in(area, top)}


def test_a_tree_that_bites_its_tail_is_walked_once(record: Record) -> None:
    record.areas[0].parent_id, record.areas[1].parent_id = record.areas[1].id, record.areas[0].id
    record.session.flush()
    assert {record.areas[0].id, record.areas[1].id} <= areas_below(record.session, record.areas[0].id)


def test_sites_that_are_due(record: Record) -> None:
    record.campaigns[0].cadence_days = record.chance.choice([1, 2, 7])
    record.session.flush()
    granted, day = scopes(record), FIRST + timedelta(days=record.chance.randrange(DAYS))
    last: dict[int, date] = {}
    for check in record.checks:
        if check.state is CheckState.SUBMITTED and check.day and check.site_id:
            last[check.site_id] = max(check.day, last.get(check.site_id, check.day))
    assert last_checked_days(record.session, [s.id for s in record.sites]) == last
    due = [
        site.id
        for site in record.sites
        if site.campaign_id == record.campaigns[0].id and site.closed_at is None and is_in(site, granted)
        and is_due(last.get(site.id), record.campaigns[0].cadence_days, day)
    ]  # fmt: skip
    assert [site.id for site in planned_sites(record.session, granted, day)] == due


def test_open_findings_of_a_site(record: Record) -> None:
    for site in record.sites:
        expected = [f.id for f in record.findings if f.site_id == site.id and f.state not in OVER]
        assert [f.id for f in open_findings(record.session, site.id)] == expected


@pytest.mark.parametrize(
    ("last", "cadence", "is_it"),
    [
        (None, None, True),
        (None, 7, True),
        (date(2018, 8, 6), None, False),
        (date(2018, 8, 6), 7, False),
        (date(2018, 7, 31), 7, False),
        (date(2018, 7, 30), 7, True),
    ],
)
def test_when_a_site_is_due_again(last: date | None, cadence: int | None, is_it: bool) -> None:
    assert is_due(last, cadence, date(2018, 8, 6)) is is_it


def test_the_rows_of_a_ledger(record: Record) -> None:
    """Exactly the checks and findings of the days, in scope, on record by then; nobody else's, nothing unfinished."""
    campaign, granted = record.chance.choice(record.campaigns), scopes(record)
    first = FIRST + timedelta(days=record.chance.randrange(DAYS))
    last, as_of = first + timedelta(days=record.chance.randrange(3)), moment(record.chance)
    mine = {s.id for s in record.sites if is_in(s, granted)}
    rows = ledger_rows(record.session, campaign.id, granted, first, last, as_of)
    expected = [
        c for c in record.checks
        if c.campaign_id == campaign.id and c.site_id in mine and c.state is CheckState.SUBMITTED and c.day is not None
        and first <= c.day <= last and c.received_at is not None and c.received_at <= as_of
    ]  # fmt: skip
    assert [row.check.id for row in rows.checks] == [c.id for c in sorted(expected, key=lambda c: (c.day, c.id))]
    count = ledger_count(record.session, campaign.id, granted, first, last, as_of)
    assert (count.checks, count.findings, count.thumbnails) == (len(rows.checks), len(rows.findings), rows.thumbnails)
    for row in rows.checks:
        assert all(result.answered_at <= as_of for result in row.results)


def test_campaigns_that_have_ended_are_seen_only_by_who_asks_for_them(record: Record) -> None:
    going_on = campaigns_within(record.session, [Scope()])
    for campaign in record.session.scalars(select(Campaign)):
        campaign.closed_at = moment(record.chance)
    record.session.flush()
    assert campaigns_within(record.session, [Scope()]) == []
    assert campaigns_within(record.session, [Scope()], ended=True) == going_on
    assert record.session.scalars(select(Check)).all() == record.checks
