"""Every table, imported once, for migrations and for tests that compare the two."""

from models import (  # fmt: skip
    campaigns,
    checks,
    escalations,
    evidence,
    findings,
    journal,
    leases,
    listing,
    messages,
    notices,
    occurrences,
    people,
    places,
    sightings,
)
from models.base import Base

__all__ = [
    "Base",
    "campaigns",
    "checks",
    "escalations",
    "evidence",
    "findings",
    "journal",
    "leases",
    "listing",
    "messages",
    "notices",
    "occurrences",
    "people",
    "places",
    "sightings",
]
