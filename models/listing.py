"""Lists that sites sit on (三个一批, 重点监管清单): which a campaign keeps, who put a site on one, when and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, and_, exists, false, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, index_where
from models.campaign_plan import KEY_LIST
from models.campaigns import Campaign
from models.memory import known
from models.naming import fold
from models.places import Site
from models.record import keep

_STILL_ON = "left_at IS NULL"


class ListEntry(Base):
    """A site on a list, from the day it was put there to the day it left; moves are rows, and none is taken away.

    Without a person it was a rule of the campaign that moved it.
    """

    __tablename__ = "list_entries"
    __table_args__ = (
        Index("ix_list_entries_site_id", "site_id"),
        index_where(_STILL_ON, "uq_list_entries_current", "site_id", "code", unique=True),
        index_where(_STILL_ON, "ix_list_entries_on", "code", "site_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    code: Mapped[str]
    since: Mapped[datetime]
    listed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(default="")
    left_at: Mapped[datetime | None]
    left_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    left_reason: Mapped[str] = mapped_column(default="")


STILL_ON: ColumnElement[bool] = ListEntry.left_at.is_(None)


@dataclass(frozen=True, slots=True)
class SiteList:
    """As the campaign's file names it; `source` is a document and its article, empty where the office chose."""

    code: str
    name: str
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    group: str = ""
    source: str = ""

    def name_in(self, language: str) -> str:
        return self.name_en if language == "en" and self.name_en else self.name

    def is_named(self, word: str) -> bool:
        """By its name in any language, another it goes by, or its code."""
        return fold(word) in {fold(name) for name in self.names}

    def is_meant(self, word: str) -> bool:
        """By a name of its own, or by its group's."""
        return self.is_named(word) or (bool(self.group) and fold(word) == fold(self.group))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name in (self.name, self.name_en, self.code, *self.aliases) if name)


# Every campaign has one; where its file names none it goes by this name.
KEY = SiteList(KEY_LIST, "重点监管清单", "Key supervision list", ("重点监管", "key supervision"))


def lists_of(campaign: Campaign) -> tuple[SiteList, ...]:
    """The key supervision list last."""
    own = tuple(_as_kept(each) for each in campaign.settings.get("lists", ()))
    key = tuple(each for each in own if each.code == KEY_LIST) or (KEY,)
    return (*(each for each in own if each.code != KEY_LIST), *key)


def _as_kept(values: dict[str, Any]) -> SiteList:
    source = " ".join(part for part in (values["source"] or {}).values() if part)
    aliases = (*values["aliases"], *(KEY.names if values["code"] == KEY_LIST else ()))
    return SiteList(values["code"], values["name"], values["name_en"], aliases, values["group"], source)


def list_of(campaign: Campaign, code: str) -> SiteList | None:
    return next((each for each in lists_of(campaign) if each.code == code), None)


def lists_meant(campaign: Campaign, word: str) -> tuple[SiteList, ...]:
    return tuple(each for each in lists_of(campaign) if each.is_meant(word))


def name_of(campaign: Campaign, code: str, language: str) -> str:
    """Of a list that the campaign's file does not know any more, its code."""
    found = list_of(campaign, code)
    return found.name_in(language) if found is not None else code


def words_for_lists(session: Session) -> dict[str, tuple[int | None, str]]:
    """Folded word → the campaign it belongs to (None: to all), and the word itself."""
    return known(session, ("words for lists",), lambda: _words(session))


def _words(session: Session) -> dict[str, tuple[int | None, str]]:
    words: dict[str, tuple[int | None, str]] = {fold(name): (None, name) for name in KEY.names}
    order = (Campaign.closed_at.is_not(None), Campaign.id)
    for campaign in session.scalars(select(Campaign).order_by(*order)):
        for each in lists_of(campaign):
            of = None if each.code == KEY_LIST else campaign.id
            for name in filter(None, (*each.names, each.group)):
                words.setdefault(fold(name), (of, name))
    return words


def sites_on(session: Session, word: str) -> ColumnElement[bool]:
    """A condition on `Site`: it sits on the list of this name in its campaign, or on one of the group."""
    terms: list[ColumnElement[bool]] = []
    for campaign in session.scalars(select(Campaign)):
        codes = [each.code for each in lists_meant(campaign, word)]
        terms.append(and_(Site.campaign_id == campaign.id, _is_on(codes)) if codes else false())
    return or_(false(), *terms)


def _is_on(codes: list[str]) -> ColumnElement[bool]:
    return exists().where(ListEntry.site_id == Site.id, ListEntry.code.in_(codes), STILL_ON).correlate(Site)


def current_entries(session: Session, site_ids: Iterable[int]) -> list[ListEntry]:
    """What the sites sit on now, in the order they were put there."""
    query = select(ListEntry).where(ListEntry.site_id.in_(list(site_ids)), STILL_ON)
    return list(session.scalars(query.order_by(ListEntry.since, ListEntry.id)))


def all_entries(session: Session, site_id: int) -> list[ListEntry]:
    return list(session.scalars(select(ListEntry).where(ListEntry.site_id == site_id).order_by(ListEntry.id)))


def put_on(
    session: Session, site: Site, which: SiteList, reason: str, now: datetime, by: int | None
) -> tuple[ListEntry, list[ListEntry]]:  # fmt: skip
    """The new entry, and those it ends: of one group a site sits on one list at most. To be called for a site that is
    not on the list."""
    group = {each.code for each in lists_of(site.campaign) if each.group and each.group == which.group}
    left = [entry for entry in current_entries(session, [site.id]) if entry.code in group]
    for entry in left:
        entry.left_at, entry.left_by, entry.left_reason = now, by, reason
    entry = ListEntry(site_id=site.id, code=which.code, since=now, listed_by=by, reason=reason)
    keep(session, entry)
    session.flush()
    return entry, left


def take_off(session: Session, entry: ListEntry, reason: str, now: datetime, by: int | None) -> None:
    entry.left_at, entry.left_by, entry.left_reason = now, by, reason
    session.flush()
