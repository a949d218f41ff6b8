"""All there is of one site, newest first and so much at a time: checks, steps of cases, photos (一场一户一策)."""

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from models.checks import HANDED_IN, Check
from models.evidence import Photo, PhotoMoment, PhotoState, is_evidence
from models.findings import UNCOUNTED, Finding, FindingStep

# Seen at the moment of the fix, whatever check they came with; the others show what a check found.
OF_CASE = (PhotoMoment.AFTER, PhotoMoment.VERIFIED, PhotoMoment.DELIVERED)


def last_checks(session: Session, site_id: int, most: int) -> list[Check]:
    query = select(Check).where(Check.site_id == site_id, HANDED_IN).order_by(Check.submitted_at.desc()).limit(most)
    return list(session.scalars(query))


def last_steps(session: Session, site_id: int, most: int) -> list[tuple[FindingStep, Finding]]:
    query = (
        select(FindingStep, Finding).join(Finding, Finding.id == FindingStep.finding_id)
        .where(Finding.site_id == site_id).order_by(FindingStep.id.desc()).limit(most)
    )  # fmt: skip
    return [(step, finding) for step, finding in session.execute(query)]


def photos_of_checks(session: Session, check_ids: list[int]) -> dict[int, list[Photo]]:
    of_check = and_(Photo.check_id.in_(check_ids), Photo.moment.not_in(OF_CASE))
    return _by(session, select(Photo).where(of_check), "check_id")


def photos_of_cases(session: Session, finding_ids: list[int]) -> dict[int, list[Photo]]:
    of_case = and_(Photo.finding_id.in_(finding_ids), Photo.moment.in_(OF_CASE))
    return _by(session, select(Photo).where(of_case), "finding_id")


def _by(session: Session, query: Select[Photo], number: str) -> dict[int, list[Photo]]:
    found: dict[int, list[Photo]] = {}
    for photo in session.scalars(query.where(is_shown()).order_by(Photo.id)):
        found.setdefault(getattr(photo, number), []).append(photo)
    return found


def is_shown() -> ColumnElement[bool]:
    """Usable, and safe with us."""
    return and_(is_evidence(), Photo.state == PhotoState.STORED, Photo.replaced_at.is_(None))


def count_checks(session: Session, site_id: int) -> int:
    return session.scalar(select(func.count(Check.id)).where(Check.site_id == site_id, HANDED_IN)) or 0


def count_cases(session: Session, site_id: int) -> int:
    return (
        session.scalar(
            select(func.count(Finding.id)).where(Finding.site_id == site_id, Finding.state.not_in(UNCOUNTED))
        )
        or 0
    )


def count_steps(session: Session, site_id: int) -> int:
    query = select(func.count(FindingStep.id)).join(Finding, Finding.id == FindingStep.finding_id)
    return session.scalar(query.where(Finding.site_id == site_id)) or 0


def count_photos(session: Session, site_id: int) -> int:
    """Each once, whether it came with a check or from who fixed or verified."""
    of_checks = select(Check.id).where(Check.site_id == site_id, HANDED_IN)
    of_cases = select(Finding.id).where(Finding.site_id == site_id)
    of_site = or_(Photo.check_id.in_(of_checks), Photo.finding_id.in_(of_cases))
    return session.scalar(select(func.count(Photo.id)).where(of_site, is_shown())) or 0
