"""Where a complaint is about: a site by its name, or an area with the words for a place in it."""

import re
from dataclasses import dataclass, field

from handlers import asking, joining
from handlers.turn import Turn
from models.places import Area, Site
from models.rights import Scope
from models.search import EXACT

MOST_WORDS, LONGEST_NAME = 3, 14
SHOWN = 6
_STOP = r"[\s,，。;；:：、]+"


@dataclass(frozen=True, slots=True)
class Place:
    """`sites`: more than one may be meant; `rest`: what is left of the line."""

    rest: str
    site: Site | None = None
    area: Area | None = None
    place: str = ""
    sites: list[Site] = field(default_factory=list)


def read(turn: Turn, line: str, granted: list[Scope]) -> Place:
    """A site's whole name first, also with the words right behind it; an area; at last what is like a name."""
    parts = re.split(rf"({_STOP})", line)
    named = _named(turn, parts, granted) or _run_together(turn, line, granted)
    if named is not None:
        return named
    area = joining.area_named(turn, parts[0]) if parts[0] else None
    if area is not None and any(scope.areas is None or area.id in scope.areas for scope in granted):
        return _in_area(turn, parts[2:], area, granted)
    alike = asking.sites_named(turn, parts[0], granted=granted)[:SHOWN] if parts[0] else []
    rest = "".join(parts[2:])
    if not alike:
        return Place(line)
    return Place(rest, site=alike[0]) if len(alike) == 1 else Place(rest, sites=alike)


def _named(turn: Turn, parts: list[str], granted: list[Scope]) -> Place | None:
    for words in range(min(MOST_WORDS, (len(parts) + 1) // 2), 0, -1):
        name, rest = "".join(parts[: 2 * words - 1]), "".join(parts[2 * words :])
        found = asking.sites_named(turn, name, least=EXACT, granted=granted)
        if found:
            return Place(rest, site=found[0]) if len(found) == 1 else Place(rest, sites=found[:SHOWN])
    return None


def _run_together(turn: Turn, line: str, granted: list[Scope]) -> Place | None:
    """`玄真公厕灯不亮`."""
    for end in range(min(LONGEST_NAME, len(line) - 1), 2, -1):
        found = asking.sites_named(turn, line[:end], least=EXACT, granted=granted)
        if len(found) == 1:
            return Place(line[end:].lstrip(" ,，。;；:：、的"), site=found[0])
    return None


def _in_area(turn: Turn, parts: list[str], area: Area, granted: list[Scope]) -> Place:
    """`太和镇 玄真公厕 灯不亮`, `太和镇 建设路口 乱倒垃圾`; with one word only it is what, not where."""
    named = _named(turn, parts, granted) if parts else None
    if named is not None and (named.site is None or named.site.area_id == area.id):
        return named
    if len(parts) >= 3 and parts[2]:
        return Place("".join(parts[2:]), area=area, place=parts[0])
    return Place("".join(parts), area=area)
