"""A group's living card of the day: one quiet message, kept up to date, instead of one message per check."""

from datetime import date, datetime, time, timedelta

from handlers import texts
from handlers.agency import Agency
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import rights
from models.checks import Check
from models.figures import coverage, day_figures
from models.people import GroupChat, bound_groups
from models.places import Site


def bounds(agency: Agency, day: date) -> tuple[datetime, datetime]:
    """The local day as two moments, the second exclusive; right on the days the clocks change too."""
    start = datetime.combine(day, time(), agency.zone)
    return start, datetime.combine(day + timedelta(days=1), time(), agency.zone)


def groups_of(turn: Turn, site: Site) -> list[GroupChat]:
    """Bound groups whose part of the record holds the site."""
    return [
        group for group in bound_groups(turn.session)
        if group.campaign_id in {None, site.campaign_id}
        and rights.site_for(turn.session, rights.scope_of_group(turn.session, group), site.id) is not None
    ]  # fmt: skip


def refresh(turn: Turn, check: Check) -> None:
    """What the groups' cards of the check's day should now show."""
    if check.site is None or check.day != turn.today:
        return  # a day that is over has had its digest; its card stays as it was
    for group in groups_of(turn, check.site):
        turn.card_in(
            f"day:{group.id}:{check.day}", group.channel, group.external_id, day_reply(turn, group, check), settle=1.0
        )


def day_reply(turn: Turn, group: GroupChat, check: Check) -> Reply:
    assert check.day is not None
    assert check.campaign_id is not None
    granted = rights.scope_of_group(turn.session, group)
    figures = day_figures(turn.session, check.campaign_id, granted, check.day, bounds(turn.agency, check.day))
    covered = coverage(turn.session, check.campaign_id, granted)
    name = check.campaign.name if check.campaign else ""
    if group.language == "en" and check.campaign and check.campaign.name_en:
        name = check.campaign.name_en
    lines = [
        texts.say(group.language, "day.title", campaign=name, date=f"{check.day:%m-%d}"),
        texts.say(group.language, "day.checks", n=figures.checks, sites=figures.sites),
        texts.say(group.language, "day.coverage", done=covered.done, total=covered.total),
        texts.say(group.language, "day.findings", opened=figures.opened, closed=figures.closed, open=figures.open),
    ]
    asked = Button(texts.say(group.language, "button.open_findings"), f"v1:q:open:{check.campaign_id}:0:0")
    return Reply("\n".join(lines), ((asked,),), quiet=True, language=group.language)
