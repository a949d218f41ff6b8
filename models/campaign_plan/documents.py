"""What a campaign rests on: documents, the places cited in them, and dates as they print them."""

from dataclasses import dataclass
from datetime import date

from models.campaign_plan.words import DocumentStatus


@dataclass(frozen=True)
class PlanDate:
    """A day as printed. An impossible one (2018-11-31) has no `day`, only a suggestion for a person to confirm."""

    day: date | None
    printed: str
    suggested: date | None = None

    @property
    def flagged(self) -> bool:
        return self.day is None

    @property
    def working_day(self) -> date | None:
        """The day to reckon with until somebody has confirmed or corrected a flagged one."""
        return self.day or self.suggested


@dataclass(frozen=True)
class Source:
    """Where a rule stands: the document and the article in it."""

    document: str
    article: str

    def __str__(self) -> str:
        return f"{self.document} {self.article}".strip()


@dataclass(frozen=True)
class DocumentPlan:
    """A notice or plan. `amends` are the numbers of earlier documents it changes."""

    number: str
    title: str
    short: str
    issuer: str
    issued: PlanDate
    query_office: str
    status: DocumentStatus
    amends: tuple[str, ...]


@dataclass(frozen=True)
class PhasePlan:
    """A named span. `superseded_by` is the document whose dates govern instead; both versions are kept."""

    name: str
    starts: PlanDate | None
    ends: PlanDate
    printed: str
    source: Source
    superseded_by: str | None

    @property
    def governs(self) -> bool:
        return self.superseded_by is None
