"""Every table, imported once, for migrations and for tests that compare the two."""

from models import (  # fmt: skip
    campaigns,
    checks,
    complaints,
    escalations,
    evidence,
    findings,
    incidents,
    journal,
    leases,
    listing,
    messages,
    notices,
    occurrences,
    people,
    places,
    returns,
    sightings,
)
from models.base import Base

__all__ = [
    "Base",
    "campaigns",
    "checks",
    "complaints",
    "escalations",
    "evidence",
    "findings",
    "incidents",
    "journal",
    "leases",
    "listing",
    "messages",
    "notices",
    "occurrences",
    "people",
    "places",
    "returns",
    "sightings",
]
