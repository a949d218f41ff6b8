"""Issuing a notice (限期整改通知, 停产停业整顿通知书): by when, a look at the page, and only then out to the unit."""

import json
import zlib
from dataclasses import replace
from datetime import date, timedelta

from handlers import case_card, cases, check_card, ended, receipts, texts
from handlers.deadlines import read_deadline, step
from handlers.messages import Button, Letter, Picture, Reply, Rows
from handlers.notice_page import Due, addressee_of, basis_of, campaign_of, due_of, page_of
from handlers.pictures import NoticePage, file_name
from handlers.receipts import DAYS_OFFERED, problem_name
from handlers.turn import Turn
from models.campaign_plan import NoticeKind
from models.drafts import next_number, prefix_of
from models.findings import DeadlineSource, Finding, FindingState
from models.messages import card_of
from models.notices import Notice, code_of, form_of, notices_of
from models.people import Expecting
from models.record import keep

PATIENCE = 120  # minutes for the day
AWAITED = {NoticeKind.RECTIFY: Expecting.RECTIFIED_BY, NoticeKind.STOP: Expecting.STOPPED_BY}


def offers(turn: Turn, finding: Finding) -> Rows:
    """To who oversees the site, while the case is with its unit."""
    if finding.state not in case_card.WITH_UNIT or not cases.overseen(turn, finding.id):
        return []
    return [
        tuple(
            Button(turn.text(f"button.issue_{kind}"), f"v1:notice:{finding.id}:{kind}:0")
            for kind in _kinds(turn, finding)
        )
    ]


def _kinds(turn: Turn, finding: Finding) -> list[NoticeKind]:
    """Rectification may be ordered in any campaign, a stop only where the plan has such a notice."""
    has_stop = form_of(campaign_of(turn, finding), NoticeKind.STOP) is not None
    return [NoticeKind.RECTIFY, NoticeKind.STOP] if has_stop else [NoticeKind.RECTIFY]


def _to_issue(turn: Turn, finding_id: int, kind: str) -> tuple[Finding, NoticeKind] | None:
    """The case a notice may be issued for, and of which kind; who asks is told where not."""
    say = turn.toast if turn.incoming.tap else turn.say
    finding = cases.overseen(turn, finding_id)
    if finding is None or kind not in _kinds(turn, finding):
        say(turn.text("button.too_old"))
    elif ended.refuses_finding(turn, finding):
        pass
    elif finding.state not in case_card.WITH_UNIT:
        state = case_card.limit_line(turn, turn.language, finding)
        say(turn.text("case.as_it_stands", problem=problem_name(turn, finding), state=state))
    else:
        return finding, NoticeKind(kind)
    return None


def tap_notice(turn: Turn, finding_id: int, kind: str, day: int) -> None:
    """`day`: an ordinal somebody has chosen, or 0 for what plan and case say."""
    found = _to_issue(turn, finding_id, kind)
    if found is None:
        return None
    finding, meant = found
    due = due_of(turn, finding, _day(day))
    sent = _sent(turn, finding, meant, due)
    if due is not None and sent is not None and due.source is DeadlineSource.PLAN:
        return turn.toast(_sent_words(turn, sent), alert=True)  # the plan's day is not to be changed
    turn.toast()
    if due is None or sent is not None:
        return _ask_day(turn, finding, meant)
    return _preview(turn, finding, meant, day, due)


def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if 0 < ordinal <= date.max.toordinal() else None


def _sent(turn: Turn, finding: Finding, kind: NoticeKind, due: Due | None) -> Notice | None:
    """One of this kind that names this very day."""
    issued = notices_of(turn.session, finding.id) if due is not None else []
    return next((one for one in issued if due is not None and (one.kind, one.due_on) == (kind, due.on)), None)


def _sent_words(turn: Turn, sent: Notice) -> str:
    issued, due = f"{turn.agency.local(sent.issued_at):%m-%d}", f"{sent.due_on:%m-%d}"
    return turn.text("notice.sent_already", number=sent.number, date=issued, due=due)


# by when


def tap_until(turn: Turn, finding_id: int, kind: str) -> None:
    """改期限: the day once more."""
    found = _to_issue(turn, finding_id, kind)
    if found is not None:
        turn.toast()
        _ask_day(turn, *found)


def _ask_day(turn: Turn, finding: Finding, kind: NoticeKind, key: str = "notice.by_when") -> None:
    turn.expect(AWAITED[kind], finding.id, minutes=PATIENCE)
    turn.conversation.check_id = None  # a draft in hand is put aside: it waits under 「我的」
    chosen = [(n, (turn.today + timedelta(days=n)).toordinal()) for n in DAYS_OFFERED]
    days = [Button(turn.text("button.days", n=n), f"v1:notice:{finding.id}:{kind}:{day}") for n, day in chosen]
    turn.say(Reply(turn.text(key, problem=problem_name(turn, finding)), (tuple(days), (_not_now(turn, finding),))))


def _not_now(turn: Turn, finding: Finding) -> Button:
    return Button(turn.text("button.cancel"), f"v1:unsent:{finding.id}")


def receive_rectified_by(turn: Turn, finding_id: int, line: str) -> bool:
    return _receive_day(turn, finding_id, NoticeKind.RECTIFY, line)


def receive_stopped_by(turn: Turn, finding_id: int, line: str) -> bool:
    return _receive_day(turn, finding_id, NoticeKind.STOP, line)


def _receive_day(turn: Turn, finding_id: int, kind: NoticeKind, line: str) -> bool:
    found = _to_issue(turn, finding_id, kind)
    if found is None:
        turn.expect(Expecting.NOTHING)
        return True
    on = read_deadline(line, turn.today)
    due = due_of(turn, found[0], on) if on is not None else None
    sent = _sent(turn, *found, due)
    if on is None or due is None:
        _ask_day(turn, *found, "notice.unclear_day")
    elif sent is not None:
        turn.say(_sent_words(turn, sent))
    else:
        _preview(turn, *found, on.toordinal(), due)
    return True


# the look at it


def _preview(turn: Turn, finding: Finding, kind: NoticeKind, day: int, due: Due) -> None:
    turn.expect(Expecting.NOTHING)
    page = page_of(turn, finding, kind, due)
    said = turn.text(
        "notice.preview", title=page.title, problem=problem_name(turn, finding), date=f"{due.on:%m-%d}",
        to=addressee_of(turn, finding, kind),
    )  # fmt: skip
    send = Button(turn.text("button.issue"), f"v1:issue:{finding.id}:{kind}:{day}:{_likeness(page)}")
    other = (
        []
        if due.source is DeadlineSource.PLAN
        else [Button(turn.text("button.until"), f"v1:until:{finding.id}:{kind}")]
    )
    drawn = replace(page, mark=texts.say(turn.agency.language, "notice.mark"))
    turn.say(
        Reply(said, ((send,), (*other, _not_now(turn, finding))), picture=Picture("notice", drawn.to_data()))
    )  # fmt: skip


def _likeness(page: NoticePage) -> int:
    """What was looked at, so that nothing else goes out: the case may change between look and tap."""
    return zlib.crc32(json.dumps(page.to_data(), sort_keys=True).encode())


def tap_unsent(turn: Turn, finding_id: int) -> None:
    """取消: nothing was issued."""
    if cases.overseen(turn, finding_id) is None:
        return turn.toast(turn.text("button.too_old"))
    if turn.conversation.expecting in AWAITED.values():
        turn.expect(Expecting.NOTHING)
    return turn.toast(turn.text("notice.unsent"))


# out


def tap_issue(turn: Turn, finding_id: int, kind: str, day: int, likeness: int) -> None:
    found = _to_issue(turn, finding_id, kind)
    if found is None:
        return None
    finding, meant = found
    due = due_of(turn, finding, _day(day))
    sent = _sent(turn, finding, meant, due)
    if sent is not None:
        return turn.toast(_sent_words(turn, sent), alert=True)
    if due is None:
        turn.toast(turn.text("notice.changed"), alert=True)
        return _ask_day(turn, finding, meant)
    if _likeness(page_of(turn, finding, meant, due)) != likeness:
        turn.toast(turn.text("notice.changed"), alert=True)
        return _preview(turn, finding, meant, day, due)
    notice = _issue(turn, finding, meant, due)
    turn.toast(turn.text("notice.issued", number=notice.number))
    return _send(turn, finding, notice)


def _issue(turn: Turn, finding: Finding, kind: NoticeKind, due: Due) -> Notice:
    prefix = prefix_of(turn.session, finding.site)
    number = f"{prefix}-{turn.today:%m%d}-T{next_number(turn.session, f'{prefix}-T', turn.today):02d}"
    link = turn.agency.invite_link(f"c_{code_of(turn.session, finding.id).token}")
    notice = Notice(
        finding_id=finding.id, kind=kind, number=number, day=turn.today, unit_id=finding.unit_id, issued_at=turn.now,
        issued_by=turn.actor.id, due_on=due.on, due_basis=due.basis, basis=basis_of(turn, finding, kind),
        page=page_of(turn, finding, kind, due, number, link).to_data(),
    )  # fmt: skip
    keep(turn.session, notice)
    _keep_limit(turn, finding, due, number)
    name = "notice_issued" if kind is NoticeKind.RECTIFY else "stop_issued"
    until = texts.say(turn.agency.language, "notice.step", number=number, date=f"{due.on:%Y-%m-%d}")
    step(turn, finding, name, FindingState.NOTICE_ISSUED, until)
    _refresh_receipt(turn, finding)
    return notice


def _keep_limit(turn: Turn, finding: Finding, due: Due, number: str) -> None:
    """The case is due when its notice says."""
    if (finding.deadline_on, finding.deadline_source) == (due.on, due.source):
        return
    former = finding.deadline_on
    finding.deadline_on, finding.deadline_source = due.on, due.source
    by_plan = due.source is DeadlineSource.PLAN
    finding.deadline_by, finding.deadline_basis = (None, due.basis) if by_plan else (turn.actor.id, number)
    before = f"（原 {former:%Y-%m-%d}）" if former else ""
    step(turn, finding, "deadline_set", finding.state, f"{number} → {due.on:%Y-%m-%d}{before}")


def _refresh_receipt(turn: Turn, finding: Finding) -> None:
    """Who found it is not asked for a limit any more, and its old buttons set no other."""
    turn.session.flush()
    if card_of(turn.session, check_card.card_key(finding.check)) is not None:
        receipts.show_receipt(replace(turn, person=finding.check.person), finding.check, follows=False)


def _send(turn: Turn, finding: Finding, notice: Notice) -> None:
    """The page as picture and as document: to the unit's groups, and to who issued it."""
    title, date_ = notice.page["title"], f"{notice.due_on:%m-%d}"
    name = file_name(title, notice.number, finding.site.name, suffix=".docx")
    picture, letter = Picture("notice", notice.page), Letter(name, notice.page)
    groups = cases.groups_of(turn.session, finding)
    for group in groups:
        problem = f"{check_card.item_in(group.language, finding.item)} · {finding.site.name}"
        said = texts.say(group.language, "notice.to_unit", title=title, number=notice.number, problem=problem,
                         date=date_)  # fmt: skip
        key, language = f"notice:{notice.id}:group:{group.id}", group.language
        turn.post(key, group.channel, group.external_id, Reply(said, picture=picture, language=language))
        turn.post(f"{key}:letter", group.channel, group.external_id,
                  Reply(notice.number, letter=letter, language=language))  # fmt: skip
    said = turn.text("notice.yours", title=title, number=notice.number, problem=problem_name(turn, finding),
                     date=date_, link=notice.page["link"])  # fmt: skip
    turn.say(Reply(said, picture=picture))
    served = Button(turn.text("button.served", number=notice.number), f"v1:served:{notice.id}")
    turn.say(Reply(turn.text("notice.to_print", number=notice.number), ((served,),), letter=letter))
    if not groups:
        turn.say(turn.text("notice.no_group", to=addressee_of(turn, finding, notice.kind)))
