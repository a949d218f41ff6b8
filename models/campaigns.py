"""Campaigns: the documents behind them, phases, tasks, targets, checklists and their deadlines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, words
from models.campaign_plan import ItemKind, UnitRole

MEASURED = frozenset({ItemKind.NUMBER, ItemKind.RATIO, ItemKind.CHOICE})
ALWAYS = frozenset({"always"})
ON_FAIL = frozenset({"photo_on_fail", "before_after"})


class Document(Base):
    """A notice or plan (文件); its number may be absent (P02)."""

    __tablename__ = "documents"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(unique=True)
    title: Mapped[str]
    issuer: Mapped[str] = mapped_column(default="")
    issued_on: Mapped[date | None]
    query_office: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="in_force")
    amends: Mapped[str | None]


class CampaignDocument(Base):
    __tablename__ = "campaign_documents"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), primary_key=True)


class Campaign(Base):
    """A time-limited effort governed by documents (专项行动). `settings` keeps what only some campaigns say."""

    __tablename__ = "campaigns"
    few = True

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    full_name: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    aliases: Mapped[list[str]] = mapped_column(default=list)
    timezone: Mapped[str] = mapped_column(default="Asia/Shanghai")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    radius_m: Mapped[int] = mapped_column(default=150)
    photos_required: Mapped[int] = mapped_column(default=2)
    undo_minutes: Mapped[int] = mapped_column(default=10)
    digest_at: Mapped[str] = mapped_column(default="18:00")  # local HH:MM
    cadence_days: Mapped[int | None]  # a site is due again after so many days; none: nothing is planned
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    imported_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    @property
    def takes_videos(self) -> bool:
        return bool(self.settings.get("videos"))

    checklists: Mapped[list["Checklist"]] = relationship(order_by="Checklist.id")


class Phase(Base):
    """A named span (阶段). An impossible printed date is flagged and its suggestion kept, never rolled (A1)."""

    __tablename__ = "phases"
    few = True

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    place: Mapped[int]
    name: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    printed: Mapped[str] = mapped_column(default="")
    flag: Mapped[str | None]
    suggested_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(default="")


class Task(Base):
    __tablename__ = "tasks"
    few = True
    __table_args__ = (UniqueConstraint("campaign_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    code: Mapped[str]
    name: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(default=list)
    source: Mapped[str] = mapped_column(default="")

    roles: Mapped[list["TaskRole"]] = relationship(order_by="TaskRole.id")


class TaskRole(Base):
    __tablename__ = "task_roles"
    __table_args__ = (UniqueConstraint("task_id", "unit_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    role: Mapped[UnitRole] = mapped_column(words(UnitRole))
    source: Mapped[str] = mapped_column(default="")


class Target(Base):
    """A number to reach (目标): `comparison value unit` of `measure`, within `scope`, by `due_on` (R9)."""

    __tablename__ = "targets"
    __table_args__ = (UniqueConstraint("campaign_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    code: Mapped[str]
    name: Mapped[str]
    comparison: Mapped[str]
    value: Mapped[float]
    unit: Mapped[str] = mapped_column(default="")
    measure: Mapped[str]
    scope: Mapped[dict[str, Any]] = mapped_column(default=dict)
    due_on: Mapped[date | None]
    printed: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")


class Checklist(Base):
    """One version of a list of items; old checks keep the version they were made with (B12)."""

    __tablename__ = "checklists"
    few = True
    __table_args__ = (UniqueConstraint("campaign_id", "code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    code: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    check_kind: Mapped[str] = mapped_column(default="patrol")
    applies_to: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {"kinds": [...], "tiers": [...]}; empty: all
    defined_by: Mapped[str] = mapped_column(default="printed")
    source: Mapped[str] = mapped_column(default="")
    replaced_at: Mapped[datetime | None]

    items: Mapped[list["ChecklistItem"]] = relationship(order_by="ChecklistItem.number", lazy="selectin")

    def asked_of(self, tier: str | None) -> "Asked":
        """The items a site of this tier has to show; what a tier does not require is not asked (R27)."""
        kept: dict[str | None, Asked] = self.__dict__.setdefault("_asked_of", {})
        if tier not in kept:  # a version of a list never changes
            kept[tier] = Asked.among(self.items, tier)
        return kept[tier]


class ChecklistItem(Base):
    """One thing looked at. `rule` holds bounds, options, tiers and deadline rules as the campaign file gives them."""

    __tablename__ = "checklist_items"
    few = True
    __table_args__ = (UniqueConstraint("checklist_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklists.id"))
    number: Mapped[int]
    group: Mapped[str] = mapped_column(default="")
    name: Mapped[str]  # as it reads when all is well: 无烟蒂
    label: Mapped[str]  # the bare thing: 烟蒂
    name_en: Mapped[str] = mapped_column(default="")
    aliases: Mapped[list[str]] = mapped_column(default=list)
    kind: Mapped[ItemKind] = mapped_column(words(ItemKind))
    evidence: Mapped[str] = mapped_column(default="none")  # none, photo_on_fail, always, before_after
    severity: Mapped[str] = mapped_column(default="ordinary")
    guidance: Mapped[str] = mapped_column(default="")
    rule: Mapped[dict[str, Any]] = mapped_column(default=dict)

    def requirement_for(self, tier: str | None) -> str:
        standards = self.rule.get("standards", ()) if self.rule.get("varies_by") == "tier" else ()
        by_case = {standard["case"]: str(standard["requirement"]) for standard in standards}
        return by_case.get(tier, by_case.get(None, "mandatory"))


@dataclass(frozen=True, slots=True)
class Asked:
    """The items that are asked of a site; `measured`: those whose figure or choice must be given, `shown`: those whose
    evidence rule may ask for a photo."""

    items: tuple[ChecklistItem, ...] = ()
    by_number: Mapping[int, ChecklistItem] = field(default_factory=dict)
    measured: tuple[ChecklistItem, ...] = ()
    shown: tuple[ChecklistItem, ...] = ()

    @classmethod
    def among(cls, items: list[ChecklistItem], tier: str | None) -> "Asked":
        asked = tuple(item for item in items if item.requirement_for(tier) != "not_required")
        return cls(
            asked,
            {item.number: item for item in asked},
            tuple(item for item in asked if item.kind in MEASURED and item.requirement_for(tier) == "mandatory"),
            tuple(item for item in asked if item.evidence in ALWAYS | ON_FAIL),
        )


class DeadlineRule(Base):
    """A printed time limit: fixed days, a date, or bands on a measured value (R14, R40)."""

    __tablename__ = "deadline_rules"
    __table_args__ = (UniqueConstraint("campaign_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    code: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    applies_to: Mapped[dict[str, Any]] = mapped_column(default=dict)
    rule: Mapped[dict[str, Any]] = mapped_column(default=dict)
    source: Mapped[str] = mapped_column(default="")
