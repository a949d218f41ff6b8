"""The whole file of a site (一场一户一策) as pictures to forward: read-only, with who had it made and when."""

from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from handlers import asking_too_much, check_card, site_answers, site_story
from handlers.filters import campaign_title, since
from handlers.messages import Picture, Reply
from handlers.site_story import Happening
from handlers.turn import Turn
from models import listing, rights, site_files
from models.exemptions import Exempt, exemptions_of
from models.listing import ListEntry
from models.places import Site

if TYPE_CHECKING:
    from handlers.pictures.site_page import Fact

MOST_PAGES = 8
PAGE = 1900  # of a page's height for what happened: a phone shows a taller picture too small to read
DAY, EVENT, LINE, PHOTOS = 58, 28, 46, 202
SIGNS = 21  # of Chinese in a line
MOST_WORDS = 700  # of what is told under the picture too, where all of it is short enough
MOST_TOLD = 10


def list_lines(turn: Turn, site: Site, entries: list[ListEntry]) -> list[str]:
    """重点监管清单（08-06 起）：群众反复投诉"""
    return [
        turn.text("list.on", name=listing.name_of(site.campaign, entry.code, turn.language),
                  date=since(turn, entry.since), reason=entry.reason)
        for entry in entries
    ]  # fmt: skip


def exemption_lines(turn: Turn, site: Site) -> list[str]:
    return [turn.text("site_file.exempt", what=_exempt(turn, each)) for each in exemptions_of(site)]


def _exempt(turn: Turn, each: Exempt) -> str:
    return turn.text("site_file.exempt_because", name=each.name, reason=each.reason, source=each.source)


def tap_whole(turn: Turn, site_id: int) -> None:
    """In private only, to whoever may see the site; the journal says that it was taken."""
    site = rights.site_for(turn.session, turn.scopes, site_id)
    if site is None:
        return turn.toast(turn.text("button.too_old"))
    if asking_too_much.is_dropped(turn):
        return None
    turn.toast(turn.text("site_file.coming"))
    return send(turn, site)


def send(turn: Turn, site: Site) -> None:
    happenings, earlier = site_story.told(turn, site)
    pages, left_out = paged(turn, happenings)
    counts = turn.text(
        "site_file.counts",
        checks=site_files.count_checks(turn.session, site.id),
        cases=site_files.count_cases(turn.session, site.id),
        photos=site_files.count_photos(turn.session, site.id),
    )
    made = turn.text("site_file.made", name=turn.actor.name, time=f"{turn.agency.local(turn.now):%Y-%m-%d %H:%M}")
    for number, page in enumerate(pages, 1):
        before = earlier + left_out if number == 1 else 0
        which = f"{number}/{len(pages)}" if len(pages) > 1 else ""
        picture = _picture(turn, site, page, counts, made, which, before)
        head = turn.text("site_file.title", site=site.name, page=f" {which}" if which else "")
        told = _in_words(turn, page) if len(pages) == 1 and not before else []
        turn.say(Reply("\n".join([head, counts, made, *told]), picture=picture))
    turn.record("site_file.taken", "site", site.id, pages=len(pages), left_out=earlier + left_out)


def _in_words(turn: Turn, page: list[Happening]) -> list[str]:
    """What is short is told in words too: they can be searched for and copied."""
    lines = [f"{one.at_day(turn)[5:10]} {one.at_time(turn)} {one.title}" for one in page]
    colon = ": " if turn.language == "en" else "："
    lines = [f"{line}{colon}{one.text}" if one.text else line for line, one in zip(lines, page, strict=True)]
    short = len(lines) <= MOST_TOLD and sum(map(len, lines)) <= MOST_WORDS
    return [check_card.clipped(line, 120) for line in lines] if short else []


def paged(turn: Turn, happenings: list[Happening]) -> tuple[list[list[Happening]], int]:
    """In time order, so many pages at most: what is left out is the oldest. There is always one page."""
    pages: list[list[Happening]] = [[]]
    room, day = PAGE, ""
    for one in happenings:
        needed = height_of(one) + (DAY if one.at_day(turn) != day else 0)
        if pages[-1] and needed > room:
            pages.append([])
            room, needed = PAGE, height_of(one) + DAY
        pages[-1].append(one)
        room, day = room - needed, one.at_day(turn)
    return pages[-MOST_PAGES:], sum(map(len, pages[:-MOST_PAGES]))


def height_of(one: Happening) -> int:
    """About what it takes on the page; the picture measures, and is as tall as it has to be."""
    lines = min(2, ceil(len(one.title) / SIGNS)) + min(4, ceil(len(one.text) / SIGNS))
    return EVENT + LINE * lines + PHOTOS * ceil(len(one.photos) / 3) + (LINE if one.more else 0)


def _picture(
    turn: Turn, site: Site, page: list[Happening], counts: str, made: str, which: str, earlier: int
) -> Picture:
    from handlers.pictures.site_page import SiteEvent, SitePage  # not before it is needed: it brings the drawing along

    kind = site.kind.name if site.kind is not None else ""
    place = " · ".join(part for part in (site.area.name, kind, site.code, site.address) if part)
    events = tuple(
        SiteEvent(one.at_day(turn), one.at_time(turn), one.kind, one.title, one.text, one.photos, one.more)
        for one in page
    )
    drawn = SitePage(
        site=site.name, place="", campaign="", counts=counts, made=made, page=which, events=events, earlier=earlier,
        lang=turn.language,
    )  # fmt: skip
    if not which or which.startswith("1/"):  # on the others the name is enough
        facts, campaign = tuple(_facts(turn, site)), campaign_title(turn, site.campaign)
        drawn = replace(drawn, place=place, campaign=campaign, facts=facts)
    return Picture("site_page", drawn.to_data())


def _facts(turn: Turn, site: Site) -> "list[Fact]":
    from handlers.pictures.site_page import Fact

    plan = site_answers.plan_line(turn, site)
    entries = listing.current_entries(turn.session, [site.id])
    facts = [Fact(turn.text("site_file.plan"), plan)] if plan else []
    facts += [Fact(turn.text("site_file.list"), line) for line in list_lines(turn, site, entries)]
    return facts + [Fact(turn.text("site_file.exempt_name"), _exempt(turn, each)) for each in exemptions_of(site)]
