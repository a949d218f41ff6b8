"""Moving a site between lists (三个一批, 重点监管清单): by the leads and the office of its area, with a reason."""

from datetime import timedelta
from typing import Any

from handlers import case_card, ended, list_lines
from handlers.check_card import clipped
from handlers.filters import since
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import listing, rights
from models.journal import JournalEntry
from models.listing import ListEntry, SiteList
from models.people import Expecting
from models.places import Site
from models.record import keep

ASKED = "site.list_asked"  # a question about a move, kept in the journal until all of it is known
PATIENCE = 60  # minutes in which the reason may follow
FRESH = timedelta(days=1)
LONGEST_REASON = 200
MOST_BUTTONS = 8


def put_on_list(turn: Turn, site: Site, code: str, reason: str) -> bool:
    """Without a word to anybody; False where the campaign has no such list, or the site is on it already."""
    which = listing.list_of(site.campaign, code)
    if which is None or _entry(turn, site, code) is not None:
        return False
    by = turn.person.id if turn.person is not None else None
    _, left = listing.put_on(turn.session, site, which, clipped(reason, LONGEST_REASON), turn.now, by)
    turn.record("site.listed", "site", site.id, code=code, reason=reason, left=[entry.code for entry in left])
    return True


def take_off_list(turn: Turn, site: Site, code: str, reason: str) -> bool:
    entry = _entry(turn, site, code)
    if entry is None:
        return False
    by = turn.person.id if turn.person is not None else None
    listing.take_off(turn.session, entry, clipped(reason, LONGEST_REASON), turn.now, by)
    turn.record("site.unlisted", "site", site.id, code=code, reason=reason)
    return True


def _entry(turn: Turn, site: Site, code: str) -> ListEntry | None:
    return next((one for one in listing.current_entries(turn.session, [site.id]) if one.code == code), None)


# who may


def moves(turn: Turn) -> list[rights.Scope]:
    """Where this person decides which lists a site sits on."""
    return rights.scopes(turn.session, turn.actor, turn.now, rights.OVERSEES) if turn.person is not None else []


def may_move(turn: Turn, site: Site) -> bool:
    return site.campaign.closed_at is None and rights.site_for(turn.session, moves(turn), site.id) is not None


def site_buttons(turn: Turn, site: Site, entries: list[ListEntry]) -> tuple[Button, ...]:
    if turn.incoming.in_group or not may_move(turn, site):
        return ()
    put = Button(turn.text("button.put_on_list"), f"v1:list:{site.id}:0")
    off = Button(turn.text("button.take_off_list"), f"v1:list:{site.id}:1")
    full = len(entries) >= len(listing.lists_of(site.campaign))
    return (*(() if full else (put,)), *((off,) if entries else ()))


# typed


def receive_line(turn: Turn, line: str) -> bool:
    """`列入 重点监管清单 示例作坊一 群众反复投诉`; False for a line that only begins like it."""
    begun = list_lines.begins_as_move(line)
    if begun is None:
        return False
    leaves, rest = begun
    if not moves(turn):
        named = list_lines.read_move(turn, leaves, rest, turn.scopes)
        if named.word and named.sites:
            turn.say(turn.text("list.not_allowed"))
        return bool(named.word and named.sites)
    move = list_lines.read_move(turn, leaves, rest, moves(turn))
    if not move.sites and (bool(rest) is not bool(move.word) or turn.conversation.check_id is not None):
        return False  # a note
    if line.isascii() and not move.sites and not move.unknown:
        return False  # `list key`: a question
    ask(turn, leaves, rest)
    return True


def by_command(turn: Turn, rest: str, leaves: bool) -> None:
    if not moves(turn):
        return turn.say(turn.text("list.not_allowed"))
    return ask(turn, leaves, rest)


def ask(turn: Turn, leaves: bool, rest: str) -> None:
    move = list_lines.read_move(turn, leaves, rest, moves(turn))
    sites = [site for site in move.sites if not move.word or listing.lists_meant(site.campaign, move.word)]
    if move.unknown:
        return turn.say(turn.text("list.no_such_site", name=clipped(move.unknown, 40)))
    if not move.sites:
        return turn.say(turn.text("list.how"))
    if not sites:
        site = move.sites[0]
        return turn.say(turn.text("list.not_kept", word=move.word, site=site.name, names=_names(turn, site)))
    if len(sites) > 1:
        return _which_site(turn, move, sites)
    return _go_on(turn, sites[0], move.word, move.reason, leaves)


def _names(turn: Turn, site: Site) -> str:
    return "、".join(each.name_in(turn.language) for each in listing.lists_of(site.campaign))


def _which_site(turn: Turn, move: list_lines.Move, sites: list[Site]) -> None:
    asked = _keep(turn, 0, word=move.word, reason=move.reason, leaves=move.leaves)
    rows = tuple(
        (Button(f"{site.name} · {site.area.name}", f"v1:list_site:{asked.id}:{site.id}"),)
        for site in sites[:MOST_BUTTONS]
    )
    turn.say(Reply(turn.text("ask.which_site", n=len(sites)), rows))


def _go_on(turn: Turn, site: Site, word: str, reason: str, leaves: bool) -> None:
    """With all that is known: asks for what is missing, or does it."""
    if ended.refuses(turn, site.campaign, turn.text("campaign.still_asked")):
        return None
    on = {entry.code for entry in listing.current_entries(turn.session, [site.id])}
    meant = listing.lists_meant(site.campaign, word) if word else listing.lists_of(site.campaign)
    fitting = [each for each in meant if (each.code in on) is leaves]
    if len(meant) == 1 and not fitting:
        return _as_it_is(turn, site, meant[0])
    if not fitting:
        return turn.say(turn.text("list.on_none" if leaves else "list.on_all", site=site.name))
    if len(fitting) > 1:
        return _which_list(turn, site, fitting, reason, leaves)
    if reason:
        return _move(turn, site, fitting[0], reason, leaves)
    return _why(turn, site, fitting[0], leaves)


def _as_it_is(turn: Turn, site: Site, which: SiteList) -> None:
    """On it already, or not on it at all."""
    entry, name = _entry(turn, site, which.code), which.name_in(turn.language)
    if entry is None:
        return turn.say(turn.text("list.not_on", site=site.name, name=name))
    by = case_card.name_of(turn.session, entry.listed_by) if entry.listed_by is not None else ""
    who = turn.text("list.by", name=by) if by else turn.text("list.by_rule")
    date, why = since(turn, entry.since), entry.reason
    return turn.say(turn.text("list.already_on", site=site.name, name=name, date=date, by=who, reason=why))


def _which_list(turn: Turn, site: Site, lists: list[SiteList], reason: str, leaves: bool) -> None:
    asked = _keep(turn, site.id, reason=reason, leaves=leaves)
    each = [Button(one.name_in(turn.language), f"v1:list_in:{asked.id}:{one.code}") for one in lists[:MOST_BUTTONS]]
    rows = tuple(tuple(each[at : at + 2]) for at in range(0, len(each), 2))
    turn.say(Reply(turn.text("list.which_off" if leaves else "list.which", site=site.name), rows))


def _why(turn: Turn, site: Site, which: SiteList, leaves: bool) -> None:
    asked = _keep(turn, site.id, code=which.code, leaves=leaves)
    turn.expect(Expecting.LIST_REASON, asked.id, minutes=PATIENCE)
    turn.conversation.check_id = None  # a draft in hand is put aside: it waits under 「我的」
    turn.say(turn.text("list.why_off" if leaves else "list.why", site=site.name, name=which.name_in(turn.language)))


def _keep(turn: Turn, site_id: int, **data: Any) -> JournalEntry:
    """What is known of a move so far; its number is what buttons and the awaited line are about."""
    asked = JournalEntry(
        at=turn.now, person_id=turn.actor.id, action=ASKED, subject="site", subject_id=site_id,
        data={"word": "", "code": "", "reason": "", "leaves": False} | data,
    )  # fmt: skip
    keep(turn.session, asked)
    return asked


# answered


def _asked(turn: Turn, number: int) -> JournalEntry | None:
    """One's own question of today; nobody else answers it."""
    found = turn.session.get(JournalEntry, number) if turn.person is not None else None
    if found is None or found.action != ASKED or found.person_id != turn.actor.id:
        return None
    return found if turn.now - found.at <= FRESH else None


def tap_list(turn: Turn, site_id: int, leaves: int) -> None:
    """From a site's file."""
    site = rights.site_for(turn.session, moves(turn), site_id)
    if site is None or leaves not in {0, 1}:
        return turn.toast(turn.text("button.too_old"))
    if ended.refuses(turn, site.campaign, turn.text("campaign.still_asked")):
        return None
    turn.toast()
    return _go_on(turn, site, "", "", bool(leaves))


def tap_site(turn: Turn, number: int, site_id: int) -> None:
    asked, site = _asked(turn, number), rights.site_for(turn.session, moves(turn), site_id)
    if asked is None or site is None:
        return turn.toast(turn.text("button.too_old"))
    if ended.refuses(turn, site.campaign, turn.text("campaign.still_asked")):
        return None
    turn.toast()
    return _go_on(turn, site, asked.data["word"], asked.data["reason"], asked.data["leaves"])


def tap_in(turn: Turn, number: int, code: str) -> None:
    asked = _asked(turn, number)
    site = rights.site_for(turn.session, moves(turn), asked.subject_id) if asked is not None else None
    which = listing.list_of(site.campaign, code) if site is not None else None
    if asked is None or site is None or which is None:
        return turn.toast(turn.text("button.too_old"))
    if ended.refuses(turn, site.campaign, turn.text("campaign.still_asked")):
        return None
    turn.toast()
    return _go_on(turn, site, code, asked.data["reason"], asked.data["leaves"])


def receive_reason(turn: Turn, number: int, line: str) -> bool:
    """Looked at again: the person may have been posted elsewhere meanwhile, the site moved by somebody else."""
    asked = _asked(turn, number)
    site = rights.site_for(turn.session, moves(turn), asked.subject_id) if asked is not None else None
    turn.expect(Expecting.NOTHING)
    if asked is None or site is None:
        turn.say(turn.text("button.too_old"))
    else:
        _go_on(turn, site, asked.data["code"], line, asked.data["leaves"])
    return True


def _move(turn: Turn, site: Site, which: SiteList, reason: str, leaves: bool) -> None:
    before = listing.current_entries(turn.session, [site.id])
    done = (take_off_list if leaves else put_on_list)(turn, site, which.code, reason)
    if not done:
        return _as_it_is(turn, site, which)
    name, why = which.name_in(turn.language), clipped(reason, LONGEST_REASON)
    lines = [turn.text("list.moved_off" if leaves else "list.moved", site=site.name, name=name, reason=why)]
    if not leaves:
        left = [listing.name_of(site.campaign, one.code, turn.language) for one in before if one.left_at is not None]
        lines += [turn.text("list.left_group", names="、".join(left))] if left else []
    file = Button(turn.text("button.site_file"), f"v1:site_file:{site.id}")
    return turn.say(Reply("\n".join(lines), ((file,),)))
