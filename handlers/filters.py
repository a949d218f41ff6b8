"""The part of the record a question is about: what the asker may see, cut by what was named; and how to say it."""

from datetime import datetime

from sqlalchemy import select

from handlers.messages import Button
from handlers.questions import Question
from handlers.turn import Turn
from models import rights
from models.campaigns import Campaign
from models.closing import ended_campaigns
from models.figures import campaigns_within
from models.listing import KEY, lists_of, sites_on
from models.places import Area, Site, SiteKind
from models.rights import Scope


def campaign_of(turn: Turn, question: Question) -> Campaign | None:
    """The campaign named, else the only or newest one visible here; one that has ended where nothing else goes on."""
    visible = campaigns_within(turn.session, turn.scopes)
    if question.campaign is None:
        visible = visible or campaigns_within(turn.session, turn.scopes, ended=True)
        return visible[0] if visible else None
    if question.campaign in ended_campaigns(turn.session):
        visible = campaigns_within(turn.session, turn.scopes, ended=True)
    return next((c for c in visible if c.id == question.campaign), None)


def narrowed(turn: Turn, question: Question) -> list[Scope]:
    """The asker's scopes, cut down to the area named."""
    if question.area is None:
        return turn.scopes
    wanted = rights.areas_below(turn.session, question.area)
    return [
        Scope(wanted if scope.areas is None else wanted & scope.areas, scope.campaign)
        for scope in turn.scopes
    ]  # fmt: skip


def sites_asked(turn: Turn, question: Question) -> list[Site]:
    query = rights.visible_sites(narrowed(turn, question)).order_by(Site.area_id, Site.id)
    if question.campaign is not None:
        query = query.where(Site.campaign_id == question.campaign)
    if question.kind is not None:
        query = query.where(Site.kind_id == question.kind)
    if question.listed:
        query = query.where(sites_on(turn.session, question.listed))
    return list(turn.session.scalars(query))


def campaign_title(turn: Turn, campaign: Campaign) -> str:
    return campaign_title_in(turn.language, campaign)


def campaign_title_in(language: str, campaign: Campaign) -> str:
    return campaign.name_en if language == "en" and campaign.name_en else campaign.name


def filter_name(turn: Turn, question: Question) -> str:
    """太和镇 · 镇级: the filter every answer names."""
    parts = []
    if question.area is not None:
        parts.append(turn.session.scalar(select(Area.name).where(Area.id == question.area)) or "")
    if question.kind is not None:
        parts.append(turn.session.scalar(select(SiteKind.name).where(SiteKind.id == question.kind)) or "")
    if question.listed:
        parts.append(list_title(turn, question))
    return " · ".join(part for part in parts if part)


def list_title(turn: Turn, question: Question) -> str:
    """The list's name as its campaign has it; a group's own."""
    campaign = turn.session.get(Campaign, question.campaign) if question.campaign is not None else None
    known = lists_of(campaign) if campaign is not None else (KEY,)
    named = (each.name_in(turn.language) for each in known if each.is_named(question.listed))
    return next(named, question.listed)


def as_of(turn: Turn) -> str:
    return f"{turn.agency.local(turn.now):%m-%d %H:%M}"


def since(turn: Turn, moment: datetime) -> str:
    """08-06; of another year 2017-08-06."""
    local = turn.agency.local(moment)
    return f"{local:%m-%d}" if local.year == turn.today.year else f"{local:%Y-%m-%d}"


def next_questions(turn: Turn, question: Question, campaign: Campaign, *which: str) -> tuple[tuple[Button, ...], ...]:
    """Buttons with the next questions, about the same part of the record."""
    part = f"{campaign.id}:{question.area or 0}:{question.kind or 0}"
    part += next((f":{each.code}" for each in lists_of(campaign) if each.is_named(question.listed)), "")
    buttons = []
    for name in which:
        data = (
            f"v1:export:{campaign.id}:{turn.today:%Y}:{turn.today.month}" if name == "export" else f"v1:q:{name}:{part}"
        )
        buttons.append(Button(turn.text(f"button.{'open_findings' if name == 'open' else name}"), data))
    return (tuple(buttons),)
