"""How far a campaign has come, what happened today, and who is responsible for what."""

from datetime import timedelta

from sqlalchemy import select

from handlers import check_view, texts
from handlers.day_cards import bounds
from handlers.filters import as_of, campaign_of, campaign_title, filter_name, narrowed, next_questions
from handlers.messages import Reply
from handlers.questions import Intent, Question
from handlers.turn import Turn
from models.campaign_plan import UnitRole
from models.campaigns import Campaign, Task, TaskRole
from models.figures import (
    TargetFigure,
    campaigns_within,
    coverage_by_area,
    coverage_in_kinds,
    day_figures,
    headline_target,
)
from models.naming import fold
from models.places import Unit

ROLE_WORDS = {
    "验收": UnitRole.ACCEPT,
    "牵头": UnitRole.LEAD,
    "配合": UnitRole.SUPPORT,
    "督查": UnitRole.SUPERVISE,
    "监督": UnitRole.SUPERVISE,
}


def progress(turn: Turn, question: Question) -> None:
    """已查 12/32（中心城区 8/14 · …）/ 目标 ≥20，差 8"""
    campaign = campaign_of(turn, question)
    if campaign is None:
        return turn.say(turn.text("ask.no_campaign"))
    granted = narrowed(turn, question)
    whole, kinds = coverage_in_kinds(turn.session, campaign.id, granted, turn.language)
    title = " · ".join(part for part in (campaign_title(turn, campaign), filter_name(turn, question)) if part)
    lines = [turn.text("ask.title", title=title, time=as_of(turn))]
    if campaign.closed_at is not None:
        lines.append(turn.text("campaign.ended_on", date=f"{turn.agency.local(campaign.closed_at):%Y-%m-%d}"))
    if question.by_area:
        lines.append(turn.text("ask.covered", done=whole.done, total=whole.total))
        lines += [
            f"· {part.name} {part.done}/{part.total}" for part in coverage_by_area(turn.session, campaign.id, granted)
        ]
    else:
        parts = " · ".join(f"{part.name} {part.done}/{part.total}" for part in kinds)
        key = "ask.covered_by_kind" if parts else "ask.covered"
        lines.append(turn.text(key, done=whole.done, total=whole.total, parts=parts))
    target = headline_target(turn.session, campaign, granted, whole)
    if target is not None:
        lines.append(target_line(turn.language, target))
    others = [c for c in campaigns_within(turn.session, turn.scopes) if c.id != campaign.id]
    if others and question.campaign is None:
        lines.append(turn.text("ask.other_campaigns", names="、".join(c.name for c in others[:5])))
    follow = ("open", "map", "export") if question.by_area else ("by_area", "open", "map", "export")
    return turn.say(Reply("\n".join(lines), next_questions(turn, question, campaign, *follow)))


def target_line(language: str, figure: TargetFigure) -> str:
    """目标 ≥20，差 8; reached: 目标 ≥20，已达到"""
    sign = {">=": "≥", "<=": "≤"}.get(figure.target.comparison, figure.target.comparison)
    asked = f"{sign}{figure.target.value:g}"
    if figure.missing:
        return texts.say(language, "ask.target_missing", target=asked, missing=figure.missing)
    return texts.say(language, "ask.target_reached", target=asked)


def today(turn: Turn, question: Question) -> None:
    """What happened today, or in the week so far, day by day."""
    campaign = campaign_of(turn, question)
    if campaign is None:
        return turn.say(turn.text("ask.no_campaign"))
    granted, days = narrowed(turn, question), [turn.today]
    if question.intent is Intent.WEEK:
        monday = turn.today - timedelta(days=turn.today.weekday())
        days = [monday + timedelta(days=n) for n in range(turn.today.weekday() + 1)]
    title = " · ".join(part for part in (campaign_title(turn, campaign), filter_name(turn, question)) if part)
    lines = [turn.text("ask.title", title=title, time=as_of(turn))]
    for day in days:
        figures = day_figures(turn.session, campaign.id, granted, day, bounds(turn.agency, day))
        lines.append(
            turn.text(
                "ask.day",
                date=f"{day:%m-%d}",
                checks=figures.checks,
                sites=figures.sites,
                opened=figures.opened,
                closed=figures.closed,
            )
        )
        if day == days[-1]:
            lines.append(turn.text("ask.now", open=figures.open, overdue=figures.overdue))
    rows = check_view.list_button(turn, campaign.id)
    follow = next_questions(turn, question, campaign, "progress", "open", "export")
    return turn.say(Reply("\n".join(lines), (*rows, *follow)))


def who(turn: Turn, question: Question) -> None:
    """`谁负责厕所 验收`: the units of the task, as printed."""
    campaign = campaign_of(turn, question)
    if campaign is None:
        return turn.say(turn.text("ask.no_campaign"))
    role = next((role for word, role in ROLE_WORDS.items() if word in question.name), None)
    found = _roles(turn, campaign, fold(question.name), role)
    if not found:
        tasks = "、".join(
            turn.session.scalars(select(Task.name).where(Task.campaign_id == campaign.id).order_by(Task.id))
        )
        return turn.say(turn.text("ask.who_unknown", tasks=tasks))
    lines = [turn.text("ask.who_title", campaign=campaign_title(turn, campaign))]
    for task, task_role, unit in found[:12]:
        said = f"{unit.name} · {turn.text(f'unit_role.{task_role.role.value}')}"
        if turn.language == "en":
            lines.append(f"· {task.name}: {said}" + (f" ({task_role.source})" if task_role.source else ""))
        else:
            lines.append(f"· {task.name}：{said}" + (f"（{task_role.source}）" if task_role.source else ""))
    return turn.say("\n".join(lines))


def _roles(turn: Turn, campaign: Campaign, name: str, role: UnitRole | None) -> list[tuple[Task, TaskRole, Unit]]:
    """Roles in the tasks that bear the name; by the role's own word where no task does; leading units first."""
    rows = turn.session.execute(
        select(Task, TaskRole, Unit).join(TaskRole, TaskRole.task_id == Task.id).join(Unit, Unit.id == TaskRole.unit_id)
        .where(Task.campaign_id == campaign.id).order_by(Task.id, TaskRole.id)
    )  # fmt: skip
    everything = [(task, task_role, unit) for task, task_role, unit in rows]
    named = [
        row
        for row in everything
        if name and any(fold(n) in name or name in fold(n) for n in (row[0].name, *row[0].aliases))
    ]
    by_role = [row for row in everything if role is not None and row[1].role is role]
    leading = [row for row in named if row[1].role in {UnitRole.LEAD, UnitRole.ACCEPT, UnitRole.RESPONSIBLE}]
    return by_role or leading or named
