"""Finds sites by what people type of their names: parts, slips, pinyin, initials, codes, aliases."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from models.memory import unlearn
from models.naming import fold, fold_code, initials, pinyin
from models.places import RegisterVersion, Site, SpokenName
from models.rights import Scope

EXACT, CONTAINED, SUBSEQUENCE, INITIALS, SOUND = 100.0, 92.0, 84.0, 88.0, 80.0
SIMILAR = CONTAINED - 0.1  # however alike: a slip must not shut out what may have been meant
LIKELY = 75.0
LONGEST_TYPED = 200  # characters; what is longer is no name
SOUNDS_ALIKE = 0.97  # what sounds the same is a little less sure than what is written the same

Named = tuple[int, str, str, list[str]]  # a site: id, code, name, aliases
Spoken = Mapping[str, tuple[str, str]]  # folded name → pinyin, initials


@dataclass(frozen=True, slots=True)
class Hit:
    site_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Visible:
    """The sites of some scopes, as a container of their ids: asked only about what was found, so never listed."""

    granted: list[Scope]
    places: Mapping[int, tuple[int, int]]

    def __contains__(self, site_id: object) -> bool:
        place = self.places.get(site_id) if isinstance(site_id, int) else None
        return place is not None and any(scope.covers(*place) for scope in self.granted)


class SiteIndex:
    """All names of all open sites of the register in memory; small, and made anew when the register changes.

    The names stand in columns, so that each way of finding is one pass in C over one column: a pass in Python over
    twenty thousand names would keep everybody waiting for a tenth of a second.
    """

    def __init__(
        self, sites: Iterable[Named], spoken: Spoken | None = None, places: Mapping[int, tuple[int, int]] | None = None
    ) -> None:
        self._sites: list[int] = []
        self._names: list[str] = []
        self._sounds: list[str] = []
        self._letters: list[str] = []
        self._codes: dict[str, list[int]] = {}
        self._codes_alike: dict[str, list[int]] = {}
        self._places = places or {}
        known = spoken or {}
        for site_id, code, name, aliases in sites:
            self._codes.setdefault(fold(code), []).append(site_id)
            self._codes_alike.setdefault(fold_code(code), []).append(site_id)
            for folded in map(fold, (name, *aliases)):
                sound, letters = known.get(folded) or (pinyin(folded), initials(folded))
                self._sites.append(site_id)
                self._names.append(folded)
                self._sounds.append(sound)
                self._letters.append(letters)

    def visible(self, granted: list[Scope]) -> Visible:
        return Visible(granted, self._places)

    def search(
        self, typed: str, limit: int = 8, least: float = LIKELY, among: Container[int] | None = None
    ) -> list[Hit]:
        """Best first. What clearly says the same leaves out what is only similar. `among`: no others are looked at, so
        that a site one may not see cannot stand in the way of one's own."""
        query = fold(typed) if len(typed) <= LONGEST_TYPED else ""
        if not query:
            return []
        coded = self._codes.get(query) or self._codes_alike.get(fold_code(query)) or []
        best = {site: EXACT for site in coded if among is None or site in among}
        for way in (self._says_it, self._spells_it if query.isascii() else self._is_like_it):
            for n, score in way(query, least):
                site = self._sites[n]
                if score >= least and score > best.get(site, 0.0) and (among is None or site in among):
                    best[site] = score
            if max(best.values(), default=0.0) >= CONTAINED or least > SIMILAR:
                break  # whatever else is found would be left out
        hits = sorted((Hit(site, score) for site, score in best.items()), key=lambda hit: (-hit.score, hit.site_id))
        if hits and hits[0].score >= CONTAINED:
            floor = EXACT if hits[0].score == EXACT else CONTAINED
            hits = [hit for hit in hits if hit.score >= floor]
        return hits[:limit]

    # each gives positions in the columns, with their scores

    def _says_it(self, query: str, _: float) -> Iterable[tuple[int, float]]:
        """The whole name, or a part of it."""
        if len(query) < 2:
            return [(n, EXACT) for n, name in enumerate(self._names) if name == query]
        return [
            (n, EXACT if name == query else CONTAINED + len(query) / len(name))
            for n, name in enumerate(self._names)
            if query in name
        ]

    def _spells_it(self, query: str, _: float) -> Iterable[tuple[int, float]]:
        """Its initials, or a part of its pinyin."""
        if len(query) < 2:
            return []
        found = {n: SOUND for n, sound in enumerate(self._sounds) if query in sound} if len(query) >= 3 else {}
        for n, letters in enumerate(self._letters):
            if letters.startswith(query):
                found[n] = INITIALS + len(query) / len(letters)
        return found.items()

    def _is_like_it(self, query: str, least: float) -> Iterable[tuple[int, float]]:
        """Its signs in their order with others between, or with slips; by ear as well as by eye."""
        found: dict[int, float] = {}
        for same, n in _alike(query, self._names, least):
            found[n] = min(same, SIMILAR)
        if len(query) < 3:
            return found.items()
        for same, n in _alike(pinyin(query), self._sounds, least / SOUNDS_ALIKE):
            found[n] = max(found.get(n, 0.0), min(SOUNDS_ALIKE * same, SIMILAR))
        in_order = re.compile(".*?".join(map(re.escape, query)), re.DOTALL).search
        for n, name in enumerate(self._names):
            if in_order(name):
                found[n] = SUBSEQUENCE + len(query) / len(name)
        return found.items()


def _alike(query: str, column: list[str], least: float) -> Iterable[tuple[float, int]]:
    """Scores and positions; also of what lies just below the line, which a rounded figure must not decide."""
    cutoff = min(max(least - 0.01, 0.0), 100.0)
    found = process.extract(query, column, scorer=fuzz.ratio, score_cutoff=cutoff, limit=None)
    return ((same, n) for _, same, n in found)


_indexes: dict[tuple[Engine, int], SiteIndex] = {}


def site_index(session: Session) -> SiteIndex:
    """The index of the register as this transaction sees it; kept until the register's version moves on, whichever
    process has moved it."""
    version = session.scalar(select(RegisterVersion.version)) or 0
    bind = session.get_bind()
    key = (bind if isinstance(bind, Engine) else bind.engine, version)
    if key not in _indexes:
        for old in [k for k in _indexes if k[0] is key[0]]:
            del _indexes[old]
        _indexes[key] = _made(session)
    return _indexes[key]


def _made(session: Session) -> SiteIndex:
    rows = session.execute(
        select(Site.id, Site.code, Site.name, Site.aliases, Site.area_id, Site.campaign_id).where(
            Site.closed_at.is_(None)
        )
    ).all()
    places = {row.id: (row.area_id, row.campaign_id) for row in rows}
    return SiteIndex([(row.id, row.code, row.name, row.aliases) for row in rows], _spoken(session), places)


def _spoken(session: Session) -> Spoken:
    rows = session.execute(select(SpokenName.name, SpokenName.sound, SpokenName.letters))
    return {name: (sound, letters) for name, sound, letters in rows}


def register_changed(session: Session) -> None:
    """To be called in the transaction that changes a site, so that no index outlives it."""
    _learn_to_speak(session)
    unlearn(session, "shifted sites")
    unlearn(session, "words for lists")
    row = session.get(RegisterVersion, 1)
    if row is None:
        session.add(RegisterVersion(id=1, version=1))
    else:
        row.version += 1


def _learn_to_speak(session: Session) -> None:
    """Pinyin is worked out here, once for each name, and not while an inspector waits for an answer."""
    session.flush()
    known = set(session.scalars(select(SpokenName.name)))
    names = {fold(name) for named in session.execute(select(Site.name, Site.aliases)) for name in (named[0], *named[1])}
    new = [{"name": name, "sound": pinyin(name), "letters": initials(name)} for name in sorted(names - known)]
    if new:
        session.execute(insert(SpokenName), new)
