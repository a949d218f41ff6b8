"""Which of the sites somebody may see they mean by what they typed of a name."""

import re

from handlers.turn import Turn
from models import rights
from models.naming import fold
from models.places import Site
from models.rights import Scope
from models.search import LIKELY, site_index

SHORTEST_NAME = 2


def sites_named(turn: Turn, line: str, least: float = LIKELY, granted: list[Scope] | None = None) -> list[Site]:
    """Visible sites by what was typed of a name, best first."""
    name = fold(re.sub(r"^(检查|check)\s+", "", line.strip()))
    if len(name) < SHORTEST_NAME:
        return []
    scopes = turn.scopes if granted is None else granted
    visible = rights.visible_sites(scopes)
    index = site_index(turn.session)
    hits = index.search(name, limit=40, least=least, among=index.visible(scopes))
    wanted = [hit.site_id for hit in hits]
    found = {site.id: site for site in turn.session.scalars(visible.where(Site.id.in_(wanted)))}
    return [found[site_id] for site_id in wanted if site_id in found]
