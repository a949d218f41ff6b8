"""Documents, areas and units: shared by all campaigns, so an import adds to them and takes nothing away."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.campaign_import.changes import Clash, ImportRefused, Merge, Part
from models.campaign_plan import AreaPlan, CampaignPlan
from models.campaigns import Campaign, CampaignDocument, Document
from models.naming import fold
from models.places import Area, Unit


def check_clashes(session: Session, plan: CampaignPlan) -> None:
    """Two campaigns must not go by one name, nor areas of two campaigns give out the same numbers."""
    clashes = [*_names_taken(session, plan), *_prefixes_taken(session, plan)]
    if clashes:
        raise ImportRefused(tuple(clashes))


def _names_taken(session: Session, plan: CampaignPlan) -> Iterator[Clash]:
    for other in session.scalars(select(Campaign).where(Campaign.code != plan.code)):
        if fold(other.name) == fold(plan.name):
            blanks = {"name": plan.name, "code": other.code, "day": f"{other.imported_at:%Y-%m-%d}"}
            yield Clash("campaign_name_taken", ("campaign", "name"), blanks)


def _prefixes_taken(session: Session, plan: CampaignPlan) -> Iterator[Clash]:
    names = {area.name for area in plan.areas}
    taken = {row.prefix: row.name for row in session.scalars(select(Area)) if row.prefix and row.name not in names}
    for number, area in enumerate(plan.areas):
        if area.prefix in taken:
            blanks = {"area": area.name, "prefix": area.prefix, "other": taken[area.prefix]}
            yield Clash("prefix_taken", ("area", number, "prefix"), blanks)


def put_documents(merge: Merge, plan: CampaignPlan) -> list[Document]:
    existing = {row.number: row for row in merge.session.scalars(select(Document))}
    return [
        merge.put(
            Part.DOCUMENT, Document, existing.get(document.number), document.number,
            {
                "number": document.number, "title": document.title, "issuer": document.issuer,
                "issued_on": document.issued.working_day, "query_office": document.query_office,
                "status": document.status.value, "amends": "、".join(document.amends) or None,
            },
        )
        for document in plan.documents
    ]  # fmt: skip


def link_documents(merge: Merge, campaign: Campaign, documents: Iterable[Document]) -> None:
    merge.session.flush()
    known = set(merge.session.scalars(select(CampaignDocument.document_id).filter_by(campaign_id=campaign.id)))
    for document in documents:
        if document.id not in known:
            merge.session.add(CampaignDocument(campaign_id=campaign.id, document_id=document.id))


def put_areas(merge: Merge, plan: CampaignPlan) -> dict[str, Area]:
    """All areas of the plan by name, with their parents."""
    existing = {row.name: row for row in merge.session.scalars(select(Area))}
    for area in _parents_first(plan.areas):
        row = existing.get(area.name)
        values = {
            "name": area.name,
            "kind": area.kind,
            "parent_id": existing[area.parent].id if area.parent else None,
            "aliases": _joined(row.aliases if row else [], area.aliases),
            "prefix": area.prefix or None,
        }
        existing[area.name] = merge.put(Part.AREA, Area, row, area.name, values)
        merge.session.flush()
    return existing


def _parents_first(areas: Iterable[AreaPlan]) -> list[AreaPlan]:
    waiting, ordered = list(areas), list[AreaPlan]()
    while waiting:
        done = {area.name for area in ordered}
        area = next(area for area in waiting if area.parent is None or area.parent in done)
        waiting.remove(area)
        ordered.append(area)
    return ordered


def put_units(merge: Merge, plan: CampaignPlan, areas: dict[str, Area]) -> dict[str, Unit]:
    existing = {row.name: row for row in merge.session.scalars(select(Unit))}
    responsible_for = {area.unit: area.name for area in plan.areas if area.unit}
    for unit in plan.units:
        row = existing.get(unit.name)
        area = unit.area or responsible_for.get(unit.name)
        values = {
            "name": unit.name,
            "aliases": _joined(row.aliases if row else [], unit.aliases),
            "area_id": areas[area].id if area else None,
        }
        existing[unit.name] = merge.put(Part.UNIT, Unit, row, unit.name, values)
    merge.session.flush()
    return existing


def _joined(known: list[str], new: Iterable[str]) -> list[str]:
    """Another campaign may know the same area by further names; all are kept."""
    return list(dict.fromkeys([*known, *new]))
