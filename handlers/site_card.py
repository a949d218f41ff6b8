"""A site in short: plan, lists, last checks, problems; with buttons for what may be done, and its whole file."""

from sqlalchemy import func, select

from handlers import check_card, check_view, complaint_lists, lists, receipts, site_answers, site_file
from handlers.filters import as_of
from handlers.messages import Button, Reply
from handlers.turn import Turn
from models import rights
from models.checks import HANDED_IN, Check, Outcome
from models.drafts import results_of
from models.findings import Finding
from models.listing import current_entries
from models.places import Site
from models.site_files import count_photos
from models.sites import open_findings


def show_site(turn: Turn, site: Site) -> None:
    """One site's file: plan, last checks, problems, photos (一场一户一策)."""
    lines = [f"{site.name} · {site.area.name}" + (f" · {site.kind.name}" if site.kind else "")]
    if site.address:
        lines.append(site.address)
    if plan := site_answers.plan_line(turn, site):
        lines.append(plan)
    listed = current_entries(turn.session, [site.id])
    lines += [*site_file.list_lines(turn, site, listed), *site_file.exemption_lines(turn, site)]
    query = select(Check).where(Check.site_id == site.id, HANDED_IN).order_by(Check.submitted_at.desc())
    checks = list(turn.session.scalars(query.limit(3)))
    lines.append(turn.text("site.last_checks") if checks else turn.text("site.never_checked"))
    for check in checks:
        failed = sum(r.outcome is Outcome.FAIL for r in results_of(check))
        result = turn.text("check.some_failed", n=failed) if failed else turn.text("check.all_passed")
        lines.append(f"· {check.day:%m-%d} No. {check.number} · {result}")
    problems = open_findings(turn.session, site.id)
    lines.append(turn.text("site.problems", open=len(problems), closed=_closed(turn, site)))
    lines += [
        f"· {check_card.item_name(turn, f.item)} · {receipts.finding_state(turn, f)}"
        for f in problems[: site_answers.SHOWN]
    ]
    lines += complaint_lists.of_file(turn, site)
    lines.append(turn.text("site.photos", n=count_photos(turn.session, site.id), time=as_of(turn)))
    buttons = (
        *site_answers.case_buttons(turn, problems),
        *check_view.buttons_of(turn, checks),
        *_site_buttons(turn, site, checks),
        lists.site_buttons(turn, site, listed),
    )
    turn.say(Reply("\n".join(lines), tuple(row for row in buttons if row)))


def _closed(turn: Turn, site: Site) -> int:
    query = select(func.count(Finding.id)).where(Finding.site_id == site.id, Finding.state == "verified_closed")
    return turn.session.scalar(query) or 0


def _site_buttons(turn: Turn, site: Site, checks: list[Check]) -> tuple[tuple[Button, ...], ...]:
    row = []
    may_inspect = rights.site_for(turn.session, turn.inspected, site.id) is not None
    if may_inspect and not turn.incoming.in_group:
        row.append(Button(turn.text("button.start_check"), f"v1:begin:s:{site.id}"))
    if checks and not turn.incoming.in_group and rights.check_for(turn.session, turn.actor, turn.now, checks[0].id):
        row.append(Button(turn.text("button.photos"), f"v1:photos:{checks[0].id}"))
    if not turn.incoming.in_group:
        row.append(Button(turn.text("button.whole_file"), f"v1:whole_file:{site.id}"))
    return (tuple(row),) if row else ()
