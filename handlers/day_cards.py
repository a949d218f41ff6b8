"""A group's living card of the day: one quiet message, kept up to date, instead of one message per check."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import Row, Select, delete, select
from sqlalchemy.orm import Session

from handlers import texts
from handlers.agency import Agency
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import rights
from models.campaigns import Campaign
from models.checks import Check
from models.database import apart
from models.figures import coverage, day_figures
from models.messages import DayNews
from models.people import GroupChat
from models.places import Site
from models.record import columns, put

News = Row[int, date, int, int, datetime | None]  # id, day, campaign, area, when the site was closed
AT_ONCE = 1000  # changes of which a tick takes note; the rest the next


def bounds(agency: Agency, day: date) -> tuple[datetime, datetime]:
    """The local day as two moments, the second exclusive; right on the days the clocks change too."""
    start = datetime.combine(day, time(), agency.zone)
    return start, datetime.combine(day + timedelta(days=1), time(), agency.zone)


def refresh(turn: Turn, check: Check) -> None:
    """The groups' cards of the check's day have something new to show: at the next tick, whoever else adds to it."""
    if check.site_id is None or check.campaign_id is None or check.day != turn.today:
        return  # a day that is over has had its digest; its card stays as it was
    put(turn.session, DayNews, site_id=check.site_id, campaign_id=check.campaign_id, day=check.day)


_NEWS = select(DayNews.id).limit(1)


def any_due(session: Session) -> bool:
    return columns(session, _NEWS).scalar() is not None


def write_due(session: Session, turn_in: Callable[[GroupChat], Turn]) -> None:
    """What the cards should now show, of every group in whose part of the record something has changed."""
    news = session.execute(
        select(DayNews.id, DayNews.day, DayNews.campaign_id, Site.area_id, Site.closed_at)
        .join(Site, Site.id == DayNews.site_id)
        .order_by(DayNews.id)
        .limit(AT_ONCE)
    ).all()
    if not news:
        return
    groups = list(session.scalars(_bound_groups()))
    wanted = [(group, *one) for group in groups for one in _days_of(session, group, news)]
    written = 0
    for group, day, campaign_id in wanted:
        with apart(session, f"the day's card of group {group.id}"):
            turn = turn_in(group)
            reply = day_reply(turn, group, session.get_one(Campaign, campaign_id), day)
            turn.card_in(f"day:{group.id}:{day}", group.channel, group.external_id, reply)
            written += 1
    if written == len(wanted):
        session.execute(delete(DayNews).where(DayNews.id.in_([one.id for one in news])))


def _days_of(session: Session, group: GroupChat, news: Sequence[News]) -> list[tuple[date, int]]:
    """Days of which something is new in the group's part of the record, each with the campaign last worked for."""
    granted = rights.scope_of_group(session, group)
    days = {}
    for _, day, campaign_id, area_id, closed_at in news:
        if closed_at is None and any(scope.covers(area_id, campaign_id) for scope in granted):
            days[day] = campaign_id
    return list(days.items())


def _bound_groups() -> Select[GroupChat]:
    """Locked, where there are several programs: a card is not written from figures older than those it shows."""
    bound = select(GroupChat).where(
        GroupChat.bound_at.is_not(None), GroupChat.left_at.is_(None), GroupChat.unit_id.is_(None)
    )
    return bound.order_by(GroupChat.id).with_for_update()


def day_reply(turn: Turn, group: GroupChat, campaign: Campaign, day: date) -> Reply:
    granted = rights.scope_of_group(turn.session, group)
    figures = day_figures(turn.session, campaign.id, granted, day, bounds(turn.agency, day))
    covered = coverage(turn.session, campaign.id, granted)
    name = campaign.name_en if group.language == "en" and campaign.name_en else campaign.name
    lines = [
        texts.say(group.language, "day.title", campaign=name, date=f"{day:%m-%d}"),
        texts.say(group.language, "day.checks", n=figures.checks, sites=figures.sites),
        texts.say(group.language, "day.coverage", done=covered.done, total=covered.total),
        texts.say(group.language, "day.findings", opened=figures.opened, closed=figures.closed, open=figures.open),
    ]
    asked = Button(texts.say(group.language, "button.open_findings"), f"v1:q:open:{campaign.id}:0:0")
    return Reply("\n".join(lines), ((asked,),), quiet=True, language=group.language)
