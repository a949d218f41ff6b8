"""The wording of the notices a plan has served: 限期整改通知, 停产停业整顿通知书."""

from dataclasses import dataclass

from models.campaign_plan.documents import Source
from models.campaign_plan.words import NoticeKind

# What a form may leave to be filled in from the case, written {unit}.
BLANKS = (
    "unit", "site", "area", "item", "note", "found", "case", "number", "basis", "deadline", "limit", "campaign",
    "signer",
)  # fmt: skip


@dataclass(frozen=True)
class NoticeForm:
    """`to` is who it is addressed to and `body` its paragraphs, both with blanks; `source` is what it cites as basis.

    `signed_by` is a unit, or with `territorial` the unit of the site's own area; with neither it is the agency.
    """

    code: str
    kind: NoticeKind
    title: str
    to: str
    body: tuple[str, ...]
    signed_by: str | None
    territorial: bool
    source: Source
