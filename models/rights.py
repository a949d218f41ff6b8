"""Who may see and do what: everything reaches objects through here, and what is not granted is refused."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session

from models.checks import Check
from models.findings import Finding
from models.people import GroupChat, Person, Posting, Role
from models.places import Area, Site
from models.record import columns

INVITES = {Role.ADMIN: frozenset(Role), Role.OFFICE: frozenset({Role.INSPECTOR, Role.LEAD, Role.UNIT})}
SEES = frozenset({Role.INSPECTOR, Role.LEAD, Role.OFFICE, Role.ADMIN, Role.AUDITOR})
INSPECTS = frozenset({Role.INSPECTOR, Role.LEAD})
EXPORTS = frozenset({Role.LEAD, Role.OFFICE, Role.ADMIN, Role.AUDITOR})
OFFICE = frozenset({Role.OFFICE, Role.ADMIN})
OVERSEES = OFFICE | {Role.LEAD}
VERIFIES = OFFICE | INSPECTS


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the record: these areas (None: all) of this campaign (None: all), but nothing `without`."""

    areas: frozenset[int] | None = None
    campaign: int | None = None
    without: frozenset[int] = frozenset()  # campaigns

    def covers(self, area_id: int, campaign_id: int) -> bool:
        """What `of_sites` says, of a site at hand."""
        there = (self.areas is None or area_id in self.areas) and self.campaign in (None, campaign_id)
        return there and campaign_id not in self.without

    def reaches(self, area_id: int | None, campaign_id: int | None) -> bool:
        """The same of what may lie in no known area, or belong to no campaign."""
        there = self.areas is None or area_id in self.areas
        return there and self.campaign in (None, campaign_id) and campaign_id not in self.without

    def of_sites(self) -> ColumnElement[bool]:
        """A condition on `Site`."""
        terms: list[ColumnElement[bool]] = []
        if self.areas is not None:
            terms.append(Site.area_id.in_(sorted(self.areas)) if self.areas else false())
        if self.campaign is not None:
            terms.append(Site.campaign_id == self.campaign)
        if self.without:
            terms.append(Site.campaign_id.not_in(sorted(self.without)))
        condition: ColumnElement[bool] = true()
        for term in terms:
            condition = condition & term
        return condition


def postings_of(person: Person, now: datetime) -> list[Posting]:
    """What the person is today; somebody who has left is nothing.

    A posting counts from when it was made, and leaving is for good, whatever the clock says: one that was set back must
    neither turn everybody out nor let anybody in again (F12). One that ends no later than it begins counts never.
    """
    if person.left_at is not None:
        return []
    return [p for p in person.postings if p.until is None or p.since < p.until > now]


def roles_of(person: Person, now: datetime) -> set[Role]:
    return {posting.role for posting in postings_of(person, now)}


_AREAS = select(Area.id, Area.parent_id)


def areas_below(session: Session, area_id: int) -> frozenset[int]:
    """The area and all within it."""
    children: dict[int | None, list[int]] = {}
    for child, parent in columns(session, _AREAS):
        children.setdefault(parent, []).append(child)
    found, waiting = set(), [area_id]
    while waiting:
        area = waiting.pop()
        if area not in found:
            found.add(area)
            waiting += children.get(area, [])
    return frozenset(found)


def scopes(session: Session, person: Person, now: datetime, roles: frozenset[Role] = SEES) -> list[Scope]:
    """What a person may see by any of `roles`."""
    return [
        Scope(areas_below(session, p.area_id) if p.area_id is not None else None, p.campaign_id)
        for p in postings_of(person, now)
        if p.role in roles
    ]


def scope_of_group(session: Session, group: GroupChat) -> list[Scope]:
    """What everybody in a bound group may see: its area of its campaign; an unbound group nothing, and a unit's own
    group nothing but the cards of the unit's cases."""
    if group.bound_at is None or group.left_at is not None or group.unit_id is not None:
        return []
    return [Scope(areas_below(session, group.area_id) if group.area_id is not None else None, group.campaign_id)]


def common(some: list[Scope], others: list[Scope]) -> list[Scope]:
    """What lies in both: a ledger asked for in a group holds nothing its asker may not export."""
    found = []
    for one in some:
        for other in others:
            if None not in (one.campaign, other.campaign) and one.campaign != other.campaign:
                continue
            areas = one.areas if other.areas is None else other.areas if one.areas is None else one.areas & other.areas
            found.append(Scope(areas, one.campaign if one.campaign is not None else other.campaign))
    return found


def within(granted: list[Scope]) -> ColumnElement[bool]:
    """A condition on `Site`: in one of the scopes; nothing granted, nothing seen."""
    return or_(false(), *(scope.of_sites() for scope in granted))


def visible_sites(granted: list[Scope]) -> Select[Site]:
    return select(Site).where(within(granted), Site.closed_at.is_(None))


def site_for(session: Session, granted: list[Scope], site_id: int) -> Site | None:
    """None for what does not exist and for what may not be seen: the asker cannot tell which."""
    return session.scalar(visible_sites(granted).where(Site.id == site_id))


def check_for(session: Session, person: Person, now: datetime, check_id: int) -> Check | None:
    """One's own check while one may still inspect, or one within what a lead, the office or an auditor oversees."""
    check = session.get(Check, check_id)
    if check is None:
        return None
    if check.person_id == person.id:
        return check if roles_of(person, now) & INSPECTS else None
    overseen = scopes(session, person, now, SEES - {Role.INSPECTOR})
    if check.site_id is None or site_for(session, overseen, check.site_id) is None:
        return None
    return check


def check_to_oversee(session: Session, person: Person, now: datetime, check_id: int) -> Check | None:
    """Somebody else's check, within what a lead or the office oversees."""
    check = session.get(Check, check_id)
    if check is None or check.person_id == person.id or check.site_id is None:
        return None
    overseen = scopes(session, person, now, OVERSEES)
    return check if site_for(session, overseen, check.site_id) is not None else None


def findings_in(granted: list[Scope]) -> Select[Finding]:
    return select(Finding).join(Site, Site.id == Finding.site_id).where(within(granted))


def finding_for(session: Session, granted: list[Scope], finding_id: int) -> Finding | None:
    return session.scalar(findings_in(granted).where(Finding.id == finding_id))


def case_for(session: Session, person: Person, now: datetime, finding_id: int) -> Finding | None:
    """A finding to act on: one of the person's own unit, or one within what a lead or the office oversees."""
    finding = session.get(Finding, finding_id)
    if finding is None:
        return None
    if is_units(person, now, finding):
        return finding
    return finding_for(session, scopes(session, person, now, OVERSEES), finding_id)


def is_units(person: Person, now: datetime, finding: Finding) -> bool:
    """Whether the person is of the unit whose the finding is."""
    for posting in postings_of(person, now):
        ours = posting.role is Role.UNIT and posting.unit_id is not None and posting.unit_id == finding.unit_id
        if ours and posting.campaign_id in (None, finding.campaign_id):
            return True
    return False


def office_over(session: Session, now: datetime, site: Site) -> list[Person]:
    """The office whose part of the record the site is in; administrators where there is none."""
    office = posted_over(session, now, frozenset({Role.OFFICE}), site.area_id, site.campaign_id)
    return office or posted_over(session, now, frozenset({Role.ADMIN}), site.area_id, site.campaign_id)


def overseers(session: Session, now: datetime, site: Site) -> list[Person]:
    """Who decides on what a unit asks: the leads of the site's area; where there is none, the office."""
    return next(
        (found for roles in (frozenset({Role.LEAD}), OFFICE)
         if (found := posted_over(session, now, roles, site.area_id, site.campaign_id))), [],
    )  # fmt: skip


def posted_over(
    session: Session, now: datetime, roles: frozenset[Role], area_id: int | None, campaign_id: int | None
) -> list[Person]:
    """Who is posted there by one of the roles. What lies in no area that is known is only for who sees all of them, and
    what is of no campaign for who sees every campaign."""
    posted = select(Person).join(Posting, Posting.person_id == Person.id).order_by(Person.id).distinct()
    people = session.scalars(posted.where(Posting.role.in_(sorted(roles)), Person.left_at.is_(None)))
    return [
        person for person in people
        if any(scope.reaches(area_id, campaign_id) for scope in scopes(session, person, now, roles))
    ]  # fmt: skip


def of_units(session: Session, now: datetime, units: frozenset[int], campaign_id: int | None) -> list[Person]:
    """The people of these units."""
    posted = select(Person).join(Posting, Posting.person_id == Person.id).order_by(Person.id).distinct()
    people = session.scalars(posted.where(Posting.unit_id.in_(sorted(units)), Person.left_at.is_(None)))
    return [
        person for person in people
        if any(
            p.role is Role.UNIT and p.unit_id in units and p.campaign_id in (None, campaign_id)
            for p in postings_of(person, now)
        )
    ]  # fmt: skip
