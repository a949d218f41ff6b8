"""Lists of sites and of open problems, and the map of where things stand."""

from datetime import date

from sqlalchemy import func, select

from handlers import receipts
from handlers.filters import as_of, campaign_of, campaign_title, filter_name, narrowed, next_questions, sites_asked
from handlers.messages import Button, Picture, Reply
from handlers.pictures import MapSite, SiteState, StatusMap
from handlers.questions import Intent, Question
from handlers.turn import Turn
from models import rights
from models.campaigns import Campaign
from models.findings import STILL_OPEN, Finding
from models.listing import sites_on
from models.places import Area, Site, SiteKind
from models.sites import last_checked_days, point_of

SHOWN = 12
MOST_BUTTONS = 8  # cases to open from a list


def state_of(turn: Turn, site: Site, last_days: dict[int, date], open_count: int) -> str:
    if open_count:
        return turn.text("site.open", n=open_count)
    day = last_days.get(site.id)
    return turn.text("site.checked", date=f"{day:%m-%d}") if day is not None else turn.text("site.unchecked")


def plan_line(turn: Turn, site: Site) -> str:
    """What the plan says of the site: class, mode, grant as printed."""
    told = []
    for key in ("class", "grade", "mode", "plan"):
        value = site.attributes.get(key)
        if value and str(value) not in told:
            told.append(str(value))
    if site.tier and site.tier not in told:
        told.insert(0, site.tier)
    grant = site.attributes.get("grant_yuan")
    if grant:
        told.append(turn.text("site.grant", amount=f"{float(grant) / 10000:g}"))
    size = site.attributes.get("area_m2")
    if size:
        told.append(f"{float(size):g} m²")
    return " · ".join(told)


def list_sites(turn: Turn, question: Question) -> None:
    sites = sites_asked(turn, question)
    title = filter_name(turn, question)
    if not sites:
        return turn.say(none_and_why(turn, question))
    last = last_checked_days(turn.session, [site.id for site in sites])
    counts = open_counts(turn, [site.id for site in sites])
    grants = sum(float(site.attributes.get("grant_yuan") or 0) for site in sites)
    head = turn.text("site.list", title=title or campaign_name(turn, question), n=len(sites), time=as_of(turn))
    if grants:
        head += " · " + turn.text("site.grant_total", amount=f"{grants / 10000:g}")
    lines = [head]
    for site in sites[:SHOWN]:
        told = " · ".join(
            part
            for part in (
                site.tier or site.attributes.get("grade") or site.attributes.get("class") or "",
                state_of(turn, site, last, counts.get(site.id, 0)),
            )
            if part
        )
        lines.append(f"· {site.name} · {told}")
    if len(sites) > SHOWN:
        lines.append(turn.text("ask.more", n=len(sites) - SHOWN))
    campaign = campaign_of(turn, question)
    rows: tuple[tuple[Button, ...], ...] = ()
    if len(sites) <= SHOWN:
        verb = "begin:s" if turn.is_one_of(rights.INSPECTS) and not turn.incoming.in_group else "site_file"
        rows = tuple((Button(site.name, f"v1:{verb}:{site.id}"),) for site in sites[:8])
    follow = next_questions(turn, question, campaign, "open", "map") if campaign else ()
    return turn.say(Reply("\n".join(lines), (*rows, *follow)))


def campaign_name(turn: Turn, question: Question) -> str:
    campaign = turn.session.get(Campaign, question.campaign) if question.campaign is not None else None
    return campaign_title(turn, campaign) if campaign else turn.text("site.all")


def none_and_why(turn: Turn, question: Question) -> str:
    """「没有」 and why: the plan's own exemption, and what there is instead, if the asker may see it."""
    lines = [turn.text("site.none", title=filter_name(turn, question) or campaign_name(turn, question))]
    area = turn.session.get(Area, question.area) if question.area is not None else None
    kind = turn.session.get(SiteKind, question.kind) if question.kind is not None else None
    if area is not None and not any(s.areas is None or area.id in s.areas for s in turn.scopes):
        lines.append(turn.text("site.not_yours"))
        return "\n".join(lines)
    for campaign in turn.session.scalars(select(Campaign).where(Campaign.closed_at.is_(None))):
        for exemption in campaign.settings.get("exemptions", []):
            of_area = area is not None and area.name in exemption.get("areas", [])
            of_kind = (
                kind is None
                or not exemption.get("kinds")
                or kind.code in exemption["kinds"]
                or kind.name in exemption["kinds"]
            )
            if of_area and of_kind:
                lines.append(
                    turn.text(
                        "site.exempt",
                        reason=exemption.get("reason", ""),
                        source=" ".join(exemption.get("source", {}).values()),
                    )
                )
    if area is not None and kind is not None:
        others = sites_asked(turn, Question(area=area.id, campaign=question.campaign))
        if others:
            lines.append(turn.text("site.instead", area=area.name, n=len(others)))
    return "\n".join(lines)


def open_counts(turn: Turn, site_ids: list[int]) -> dict[int, int]:
    rows = turn.session.execute(
        select(Finding.site_id, func.count()).where(Finding.site_id.in_(site_ids), STILL_OPEN).group_by(Finding.site_id)
    )
    return dict(rows.all())


def list_findings(turn: Turn, question: Question) -> None:
    overdue = question.intent is Intent.OVERDUE
    query = (
        select(Finding).join(Site, Site.id == Finding.site_id)
        .where(rights.within(narrowed(turn, question)), STILL_OPEN)
        .order_by(Finding.deadline_on.is_(None), Finding.deadline_on, Finding.id)
    )  # fmt: skip
    if question.campaign is not None:
        query = query.where(Finding.campaign_id == question.campaign)
    if question.kind is not None:
        query = query.where(Site.kind_id == question.kind)
    if question.listed:
        query = query.where(sites_on(turn.session, question.listed))
    if overdue:
        query = query.where(Finding.deadline_on < turn.today)
    found = list(turn.session.scalars(query))
    title = filter_name(turn, question) or campaign_name(turn, question)
    lines = [
        turn.text("site.overdue_title" if overdue else "site.open_title", title=title, n=len(found), time=as_of(turn))
    ]
    for finding in found[:SHOWN]:
        colon = ": " if turn.language == "en" else "："
        note = f"{colon}{finding.note}" if finding.note else ""
        lines.append(f"· {receipts.problem_name(turn, finding)}{note} · {receipts.finding_state(turn, finding)}")
    if len(found) > SHOWN:
        lines.append(turn.text("ask.more", n=len(found) - SHOWN))
    if not found:
        lines.append(turn.text("site.no_problems"))
    campaign = campaign_of(turn, question)
    follow = next_questions(turn, question, campaign, "progress", "map", "export") if campaign else ()
    turn.say(Reply("\n".join(lines), (*case_buttons(turn, found), *follow)))


def case_buttons(turn: Turn, found: list[Finding]) -> tuple[tuple[Button, ...], ...]:
    """Each of them to open, in private: two in a row."""
    if turn.incoming.in_group:
        return ()
    each = [Button(f"{f.number} {f.item.label}", f"v1:case:{f.id}") for f in found[:MOST_BUTTONS]]
    return tuple(tuple(each[at : at + 2]) for at in range(0, len(each), 2))


def draw_map(turn: Turn, question: Question) -> None:
    """挂图作战: every site in sight by its state, as a picture."""
    sites = sites_asked(turn, question)
    campaign = campaign_of(turn, question)
    if not sites or campaign is None:
        return turn.say(none_and_why(turn, question))
    last, counts = last_checked_days(turn.session, [s.id for s in sites]), open_counts(turn, [s.id for s in sites])
    late = set(
        turn.session.scalars(
            select(Finding.site_id).where(
                STILL_OPEN,
                Finding.deadline_on < turn.today,
                Finding.site_id.in_([s.id for s in sites]),
            )
        )
    )
    title = " · ".join(part for part in (campaign_title(turn, campaign), filter_name(turn, question)) if part)
    marks = tuple(_mark(site, last, counts, late) for site in sites)
    chart = StatusMap(title, as_of(turn), marks, lang=turn.language)
    said = turn.text("site.map", title=title, n=len(sites), time=as_of(turn))
    return turn.say(
        Reply(
            said, next_questions(turn, question, campaign, "progress", "open"), picture=Picture("map", chart.to_data())
        )
    )


def _mark(site: Site, last: dict[int, date], counts: dict[int, int], late: set[int]) -> MapSite:
    point = point_of(site)
    latitude, longitude = point.wgs84 if point is not None else (None, None)
    state = SiteState.OK if site.id in last else SiteState.NOT_CHECKED
    if counts.get(site.id):
        state = SiteState.OVERDUE if site.id in late else SiteState.OPEN_PROBLEM
    return MapSite(site.name, state, latitude, longitude)
