"""Records made by chance from a seed: areas, sites, checks and findings of a few days, in any state."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from handlers.agency import Agency
from models.campaign_plan import AreaKind, ItemKind
from models.campaigns import Campaign, Checklist, ChecklistItem
from models.checks import Check, CheckState, ItemResult, Outcome
from models.findings import DeadlineSource, Finding, FindingState
from models.people import Person
from models.places import Area, Site, SiteKind
from models.tables import Base

AGENCY = Agency()
FIRST = date(2018, 8, 4)
DAYS = 6


@dataclass
class Record:
    """Everything in lists, to be counted with loops."""

    session: Session
    chance: Random
    areas: list[Area]
    kinds: list[SiteKind]
    sites: list[Site]
    campaigns: list[Campaign]
    items: list[ChecklistItem]
    checks: list[Check]
    findings: list[Finding]


def moment(chance: Random) -> datetime:
    """Somewhere in those days; often at their very edges."""
    start = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) - timedelta(hours=8)
    day = start + timedelta(days=chance.randrange(DAYS))
    seconds = chance.choice([0, 1, 86399, chance.randrange(86400), chance.randrange(86400)])
    return day + timedelta(seconds=seconds)


def make(seed: int, engine: Engine | None = None) -> Record:
    """`engine`: of a record that is there and empty, perhaps another server's."""
    chance = Random(seed)
    if engine is None:
        engine = create_engine("sqlite://")
        Base.metadata.create_all(engine)
    session = Session(engine)
    areas = [
        Area(name=f"镇{n}", kind=AreaKind.TOWN, parent_id=chance.choice([None, *range(1, n)])) for n in range(1, 6)
    ]
    campaigns = [Campaign(code=f"c{n}", name=f"行动{n}", imported_at=moment(chance)) for n in range(2)]
    person = Person(name="小陈", joined_at=moment(chance))
    session.add_all([*areas, *campaigns, person])
    session.flush()
    kinds = [SiteKind(campaign_id=chance.choice(campaigns).id, code=f"k{n}", name=f"类{n}") for n in range(4)]
    lists = [Checklist(campaign_id=c.id, code="daily", version=1, name="清单") for c in campaigns]
    session.add_all([*kinds, *lists])
    session.flush()
    items = [ChecklistItem(checklist_id=each.id, number=n, name=f"项{n}", label=f"项{n}", kind=ItemKind.YES_NO)
             for each in lists for n in (1, 2, 3)]  # fmt: skip
    sites = [_site(chance, n, areas, campaigns, kinds) for n in range(chance.randrange(1, 24))]
    session.add_all([*items, *sites])
    session.flush()
    checks = [_check(chance, n, sites, person) for n in range(chance.randrange(40))]
    session.add_all(checks)
    session.flush()
    findings = [_finding(chance, n, checks, items) for n in range(chance.randrange(30))] if checks else []
    session.add_all(findings)
    for check in checks:
        for item in chance.sample(items[:3], chance.randrange(4)):
            outcome = chance.choice(list(Outcome))
            session.add(ItemResult(check_id=check.id, item_id=item.id, outcome=outcome, answered_at=check.started_at,
                                   answered_by=person.id))  # fmt: skip
    session.flush()
    return Record(session, chance, areas, kinds, sites, campaigns, items, checks, findings)


def _site(chance: Random, n: int, areas: list[Area], campaigns: list[Campaign], kinds: list[SiteKind]) -> Site:
    campaign = chance.choice(campaigns)
    own = [kind.id for kind in kinds if kind.campaign_id == campaign.id]
    return Site(campaign_id=campaign.id, code=f"S{n}", name=f"点位{n}", area_id=chance.choice(areas).id, token=f"t{n}",
                kind_id=chance.choice([None, *own]),
                closed_at=moment(chance) if chance.random() < 0.15 else None)  # fmt: skip


def _check(chance: Random, n: int, sites: list[Site], person: Person) -> Check:
    site, started = chance.choice(sites), moment(chance)
    state = chance.choice([CheckState.SUBMITTED] * 3 + [CheckState.DRAFT, CheckState.CANCELLED])
    check = Check(person_id=person.id, campaign_id=site.campaign_id, site_id=site.id, state=state, started_at=started,
                  touched_at=started)  # fmt: skip
    if state is CheckState.SUBMITTED:
        check.submitted_at = started
        check.received_at = started + timedelta(hours=chance.choice([0, 0, 0, 5, 30]))
        check.day, check.number = AGENCY.day(started), f"X-{n:03d}"
    return check


def _finding(chance: Random, n: int, checks: list[Check], items: list[ChecklistItem]) -> Finding:
    check, opened = chance.choice(checks), moment(chance)
    state = chance.choice(list(FindingState))
    closed = state in {FindingState.VERIFIED_CLOSED, FindingState.WITHDRAWN, FindingState.DUPLICATE}
    day = AGENCY.day(opened)
    return Finding(number=f"X-W{n:02d}", day=day, campaign_id=check.campaign_id, check_id=check.id,
                   site_id=check.site_id, item_id=chance.choice(items).id, state=state, opened_at=opened, opened_by=1,
                   closed_at=moment(chance) if closed else None,
                   deadline_on=chance.choice([None, day + timedelta(days=chance.randrange(-2, 5))]),
                   deadline_source=chance.choice([None, DeadlineSource.PERSON]))  # fmt: skip
