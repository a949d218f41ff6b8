"""Which sites sit on a list and why, and how many sit on each list of a campaign."""

from dataclasses import replace

from handlers import site_answers
from handlers.check_card import clipped
from handlers.filters import as_of, campaign_of, campaign_title, filter_name, next_questions, since, sites_asked
from handlers.messages import Button, Reply
from handlers.questions import Intent, Question
from handlers.turn import Turn
from models.campaigns import Campaign
from models.figures import campaigns_within
from models.listing import ListEntry, SiteList, current_entries, list_of, lists_of
from models.places import Site
from models.sites import last_checked_days

SHOWN = site_answers.SHOWN
MOST_BUTTONS = 8
# The others ask something of their own, of the sites that sit on the list.
OF_ITS_OWN = frozenset({Intent.OPEN, Intent.OVERDUE, Intent.MAP})

Rows = tuple[tuple[Button, ...], ...]


def is_asked(question: Question) -> bool:
    return question.intent is Intent.LISTS or (bool(question.listed) and question.intent not in OF_ITS_OWN)


def show(turn: Turn, question: Question) -> None:
    campaign = _campaign(turn, question)
    if campaign is None:
        return turn.say(turn.text("ask.no_campaign"))
    if not question.listed:
        return _count(turn, replace(question, campaign=campaign.id), campaign, lists_of(campaign))
    group = tuple(each for each in lists_of(campaign) if each.is_meant(question.listed))
    if group and not any(each.is_named(question.listed) for each in group):
        return _count(turn, question, campaign, group)
    return _list(turn, question, campaign)


def _campaign(turn: Turn, question: Question) -> Campaign | None:
    """The one named; else, where just any lists are asked for, one that has lists of its own."""
    if question.campaign is None and not question.listed:
        visible = campaigns_within(turn.session, turn.scopes)
        own = next((campaign for campaign in visible if len(lists_of(campaign)) > 1), None)
        if own is not None:
            return own
    return campaign_of(turn, question)


def _list(turn: Turn, question: Question, campaign: Campaign) -> None:
    sites = {site.id: site for site in sites_asked(turn, question)}
    entries = [
        entry for entry in current_entries(turn.session, sites)
        if (which := list_of(sites[entry.site_id].campaign, entry.code)) is not None
        and which.is_named(question.listed)
    ]  # fmt: skip
    if not entries:
        said = turn.text("list.nobody", title=filter_name(turn, question), time=as_of(turn))
        return turn.say(Reply(said, next_questions(turn, replace(question, listed=""), campaign, "progress", "open")))
    head = turn.text("site.list", title=filter_name(turn, question), n=len(entries), time=as_of(turn))
    shown = entries[:SHOWN]
    last = last_checked_days(turn.session, [entry.site_id for entry in shown])
    counts = site_answers.open_counts(turn, [entry.site_id for entry in shown])
    lines = [head]
    for entry in shown:
        site = sites[entry.site_id]
        state = site_answers.state_of(turn, site, last, counts.get(site.id, 0))
        lines.append(_line(turn, site, entry, state))
    if len(entries) > SHOWN:
        lines.append(turn.text("ask.more", n=len(entries) - SHOWN))
    rows = _sites([sites[entry.site_id] for entry in shown])
    return turn.say(Reply("\n".join(lines), (*rows, *next_questions(turn, question, campaign, "open", "map"))))


def _line(turn: Turn, site: Site, entry: ListEntry, state: str) -> str:
    reason = clipped(entry.reason)
    return turn.text("list.line", site=site.name, date=since(turn, entry.since), reason=reason, state=state)


def _sites(sites: list[Site]) -> Rows:
    """To open, two in a row: what there is to know of it, and what may be done."""
    each = [Button(site.name, f"v1:site_file:{site.id}") for site in sites[:MOST_BUTTONS]]
    return tuple(tuple(each[at : at + 2]) for at in range(0, len(each), 2))


def _count(turn: Turn, question: Question, campaign: Campaign, lists: tuple[SiteList, ...]) -> None:
    """三个一批: how many sites sit on each, and how many on none."""
    sites = [site.id for site in sites_asked(turn, replace(question, listed="", campaign=campaign.id))]
    on: dict[str, set[int]] = {}
    for entry in current_entries(turn.session, sites):
        on.setdefault(entry.code, set()).add(entry.site_id)
    title = " · ".join(part for part in (filter_name(turn, question), campaign_title(turn, campaign)) if part)
    lines = [turn.text("site.list", title=title, n=len(sites), time=as_of(turn))]
    groups = list(dict.fromkeys(each.group for each in lists))
    for group in groups:
        those = [each for each in lists if each.group == group]
        lines += [turn.text("list.count", name=e.name_in(turn.language), n=len(on.get(e.code, ()))) for e in those]
        if group:
            placed = {site for each in those for site in on.get(each.code, ())}
            key = "list.none_of" if len(groups) > 1 else "list.none"
            lines.append(turn.text(key, group=group, n=len(sites) - len(placed)))
    rows = _lists(turn, question, campaign, [each for each in lists if on.get(each.code)])
    turn.say(Reply("\n".join(lines), (*rows, *next_questions(turn, replace(question, listed=""), campaign, "map"))))


def _lists(turn: Turn, question: Question, campaign: Campaign, lists: list[SiteList]) -> Rows:
    part = f"{campaign.id}:{question.area or 0}:{question.kind or 0}"
    each = [Button(one.name_in(turn.language), f"v1:q:lists:{part}:{one.code}") for one in lists[:MOST_BUTTONS]]
    return tuple(tuple(each[at : at + 3]) for at in range(0, len(each), 3))
