"""Finds sites by what people type of their names: parts, slips, pinyin, initials, codes, aliases."""

from collections.abc import Container, Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz
from sqlalchemy import Engine, Row, select
from sqlalchemy.orm import Session

from models.naming import fold, initials, pinyin
from models.places import RegisterVersion, Site

EXACT, CONTAINED, SUBSEQUENCE, INITIALS, SOUND = 100.0, 92.0, 84.0, 88.0, 80.0
SIMILAR = CONTAINED - 0.1  # however alike: a slip must not shut out what may have been meant
LIKELY = 75.0


@dataclass(frozen=True, slots=True)
class Hit:
    site_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Named:
    """A site under one of its names, ready to be compared."""

    site_id: int
    name: str
    sound: str
    letters: str


def _is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(c in rest for c in short)


def _score(query: str, sound: str, named: Named) -> float:
    if query == named.name:
        return EXACT
    if len(query) >= 2 and query in named.name:
        return CONTAINED + len(query) / len(named.name)
    if query.isascii():
        if len(query) >= 2 and named.letters.startswith(query):
            return INITIALS + len(query) / len(named.letters)
        if len(query) >= 3 and query in named.sound:
            return SOUND
        return 0.0
    if len(query) >= 3 and _is_subsequence(query, named.name):
        return SUBSEQUENCE + len(query) / len(named.name)
    same = fuzz.ratio(query, named.name)
    alike = max(same, 0.97 * fuzz.ratio(sound, named.sound)) if len(query) >= 3 else same
    return min(alike, SIMILAR)


class SiteIndex:
    """All names of all open sites of the register in memory; small, and made anew when the register changes."""

    def __init__(self, sites: Iterable[Row[int, str, str, list[str]]]) -> None:
        self.names: list[Named] = []
        self.codes: dict[str, list[int]] = {}
        for site_id, code, name, aliases in sites:
            self.codes.setdefault(fold(code), []).append(site_id)
            for written in (name, *aliases):
                folded = fold(written)
                self.names.append(Named(site_id, folded, pinyin(folded), initials(folded)))

    def search(
        self, typed: str, limit: int = 8, least: float = LIKELY, among: Container[int] | None = None
    ) -> list[Hit]:
        """Best first. What clearly says the same leaves out what is only similar. `among`: no others are looked at, so
        that a site one may not see cannot stand in the way of one's own."""
        query = fold(typed)
        if not query:
            return []
        best = {site: EXACT for site in self.codes.get(query, ()) if among is None or site in among}
        sound = pinyin(query)
        for named in self.names:
            if among is not None and named.site_id not in among:
                continue
            score = _score(query, sound, named)
            if score >= least and score > best.get(named.site_id, 0.0):
                best[named.site_id] = score
        hits = sorted((Hit(site, score) for site, score in best.items()), key=lambda hit: (-hit.score, hit.site_id))
        if hits and hits[0].score >= CONTAINED:
            floor = EXACT if hits[0].score == EXACT else CONTAINED
            hits = [hit for hit in hits if hit.score >= floor]
        return hits[:limit]


_indexes: dict[tuple[Engine, int], SiteIndex] = {}


def site_index(session: Session) -> SiteIndex:
    """The index of the register as this transaction sees it; kept until the register's version moves on."""
    version = session.scalar(select(RegisterVersion.version)) or 0
    bind = session.get_bind()
    key = (bind if isinstance(bind, Engine) else bind.engine, version)
    if key not in _indexes:
        for old in [k for k in _indexes if k[0] is key[0]]:
            del _indexes[old]
        rows = session.execute(select(Site.id, Site.code, Site.name, Site.aliases).where(Site.closed_at.is_(None)))
        _indexes[key] = SiteIndex(rows)
    return _indexes[key]


def register_changed(session: Session) -> None:
    """To be called in the transaction that changes a site, so that no index outlives it."""
    row = session.get(RegisterVersion, 1)
    if row is None:
        session.add(RegisterVersion(id=1, version=1))
    else:
        row.version += 1
