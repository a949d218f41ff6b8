"""The digest at a group's hour: once, late if it must be, none if nothing happened."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from handlers import texts
from handlers.agency import Agency
from handlers.day_cards import bounds
from handlers.messages import Button, Picture, Reply
from handlers.pictures import DigestCard, Progress
from handlers.progress_answers import target_line
from handlers.turn import Turn
from models import rights
from models.campaigns import Campaign
from models.database import apart
from models.figures import (
    Coverage,
    DayFigures,
    TargetFigure,
    coverage_in_kinds,
    day_figures,
    due_on,
    headline_target,
)
from models.findings import Finding
from models.messages import Priority
from models.occurrences import Occurrence, claim, occurred
from models.people import GroupChat
from models.places import Area
from models.record import columns

LATEST = timedelta(hours=6)  # a digest later than this is skipped, and the next one says so
ON_TIME = timedelta(minutes=5)
DUE_SHOWN = 5
KIND = "digest"


Hour = Row[*tuple[Any, ...]]  # group, since when it is bound, campaign, the digest's local time
_HOURS = (
    select(GroupChat.id, GroupChat.bound_at, Campaign.id.label("campaign_id"), Campaign.digest_at)
    .join(Campaign, Campaign.id == GroupChat.campaign_id)
    .where(GroupChat.bound_at.is_not(None), GroupChat.left_at.is_(None), Campaign.closed_at.is_(None))
    .where(GroupChat.unit_id.is_(None))
    .order_by(GroupChat.id)
)


def due_at(agency: Agency, digest_at: str, day: date) -> datetime:
    hour, minute = (int(part) for part in digest_at.split(":"))
    return agency.at(day, time(hour, minute))


def any_due(session: Session, agency: Agency, now: datetime) -> bool:
    """Whether a bound group's hour has come and nobody has looked yet."""
    return bool(_due(session, agency, now))


def _due(session: Session, agency: Agency, now: datetime) -> list[tuple[Hour, date]]:
    """Today's and yesterday's, if their hour has come since the group was bound and nothing has been done about it."""
    days = (agency.day(now) - timedelta(days=1), agency.day(now))
    come = [
        (hour, day)
        for hour in columns(session, _HOURS)
        for day in days
        if hour.bound_at <= due_at(agency, hour.digest_at, day) <= now
    ]
    done = occurred(session, KIND, *days) if come else set()
    return [(hour, day) for hour, day in come if (str(hour.id), day) not in done]


def send_due(session: Session, turn_in: Callable[[GroupChat], Turn], agency: Agency, now: datetime) -> None:
    """Every bound group whose hour has come since it was last looked at: today's, or yesterday's still in time."""
    session.flush()
    for hour, day in _due(session, agency, now):
        with apart(session, f"the digest of group {hour.id}"):
            group, campaign = session.get_one(GroupChat, hour.id), session.get_one(Campaign, hour.campaign_id)
            _send(session, turn_in, agency, group, campaign, day, now)


def _send(
    session: Session,
    turn_in: Callable[[GroupChat], Turn],
    agency: Agency,
    group: GroupChat,
    campaign: Campaign,
    day: date,
    now: datetime,
) -> None:
    granted, late = rights.scope_of_group(session, group), now - due_at(agency, campaign.digest_at, day)
    figures = day_figures(session, campaign.id, granted, day, bounds(agency, day))
    outcome = "nothing" if not figures.anything_happened else "skipped" if late > LATEST else "done"
    if not claim(session, KIND, str(group.id), day, now, outcome) or outcome != "done":
        return
    turn = turn_in(group)
    missed = _skipped_before(session, group, day)
    reply = digest_reply(turn, group, campaign, figures, day, resent=late > ON_TIME, missed=missed)
    turn.post(f"digest:{group.id}:{day}", group.channel, group.external_id, reply, Priority.DIGEST)
    turn.record("digest.sent", "group", group.id, day=str(day), late_minutes=int(late.total_seconds() // 60))


def _skipped_before(session: Session, group: GroupChat, day: date) -> date | None:
    """The day before, if its digest was too late to be sent: the next one says so (F35)."""
    former = session.scalar(
        select(Occurrence).filter_by(kind=KIND, scope=str(group.id), local_day=day - timedelta(days=1))
    )
    return former.local_day if former is not None and former.outcome == "skipped" else None


@dataclass(frozen=True, slots=True)
class Standing:
    """All that a digest tells of a group's part, reckoned once for the picture and the words."""

    figures: DayFigures
    due: list[Finding]  # the first of those that fall due the next day
    covered: Coverage
    kinds: list[Coverage]
    target: TargetFigure | None


def digest_reply(
    turn: Turn,
    group: GroupChat,
    campaign: Campaign,
    figures: DayFigures,
    day: date,
    resent: bool,
    missed: date | None = None,
) -> Reply:
    """A picture card and three lines; what is due tomorrow; the next questions as buttons. No person is named."""
    granted = rights.scope_of_group(turn.session, group)
    covered, kinds = coverage_in_kinds(turn.session, campaign.id, granted, group.language)
    tomorrow = day + timedelta(days=1)
    due = due_on(turn.session, campaign.id, granted, tomorrow, DUE_SHOWN) if figures.due else []
    standing = Standing(figures, due, covered, kinds, headline_target(turn.session, campaign, granted, covered))
    card = _card(turn, group, campaign, standing, day, resent)
    lines = _lines(group.language, campaign, standing, day, resent)
    if missed is not None:
        lines.append(texts.say(group.language, "digest.missed", date=f"{missed:%m-%d}"))
    picture = Picture("digest", card.to_data())
    return Reply("\n".join(lines), _buttons(group.language, campaign, day), picture=picture, language=group.language)


def _campaign_name(language: str, campaign: Campaign) -> str:
    return campaign.name_en if language == "en" and campaign.name_en else campaign.name


def _card(turn: Turn, group: GroupChat, campaign: Campaign, standing: Standing, day: date, resent: bool) -> DigestCard:
    figures, target = standing.figures, standing.target
    due = [_problem(group.language, finding) for finding in standing.due]
    return DigestCard(
        area=_area_name(turn, group),
        campaign=_campaign_name(group.language, campaign),
        date=_date_words(group.language, day),
        as_of=turn.clock(turn.now),
        checks=figures.checks,
        sites=figures.sites,
        done=standing.covered.done,
        total=standing.covered.total,
        opened=figures.opened,
        closed=figures.closed,
        open=figures.open,
        overdue=figures.overdue,
        kinds=tuple(Progress(k.name, k.done, k.total) for k in standing.kinds),
        target=round(target.target.value) if target is not None else None,
        due_tomorrow=tuple(due),
        due_unlisted=figures.due - len(due),
        late_items=figures.late,
        resent=resent,
        lang=group.language,
    )


def _lines(language: str, campaign: Campaign, standing: Standing, day: date, resent: bool) -> list[str]:
    def say(key: str, **values: object) -> str:
        return texts.say(language, key, **values)

    figures, covered = standing.figures, standing.covered
    name = _campaign_name(language, campaign)
    opening, closing = (" (", ")") if language == "en" else ("（", "）")
    told = " · ".join(f"{k.name} {k.done}/{k.total}" for k in standing.kinds)
    parts = f"{opening}{told}{closing}" if len(standing.kinds) > 1 else ""
    stand = {"opened": figures.opened, "closed": figures.closed, "open": figures.open, "overdue": figures.overdue}
    due = "；".join(_problem(language, finding) for finding in standing.due)
    lines = [
        say("digest.resent" if resent else "digest.title", date=f"{day:%m-%d}", campaign=name),
        say(
            "digest.checks",
            checks=figures.checks,
            sites=figures.sites,
            done=covered.done,
            total=covered.total,
            parts=parts,
        ),
        say("digest.findings", **stand),
        say("digest.due", due=due) if due else say("digest.none_due"),
    ]
    return [*lines, target_line(language, standing.target)] if standing.target is not None else lines


def _buttons(language: str, campaign: Campaign, day: date) -> tuple[tuple[Button, ...], ...]:
    return (
        (
            Button(texts.say(language, "button.open_findings"), f"v1:q:open:{campaign.id}:0:0"),
            Button(texts.say(language, "button.export"), f"v1:export:{campaign.id}:{day.year}:{day.month}"),
            Button(texts.say(language, "button.map"), f"v1:q:map:{campaign.id}:0:0"),
        ),
    )


def _problem(language: str, finding: Finding) -> str:
    item = finding.item.name_en if language == "en" and finding.item.name_en else finding.item.name
    return f"{finding.site.name} · {item}"


def _area_name(turn: Turn, group: GroupChat) -> str:
    area = turn.session.get(Area, group.area_id) if group.area_id is not None else None
    return area.name if area is not None else turn.agency.name or group.title


def _date_words(language: str, day: date) -> str:
    if language == "en":
        return f"{day:%a %d %b %Y}"
    return f"{day.year}年{day.month}月{day.day}日 星期{'一二三四五六日'[day.weekday()]}"
