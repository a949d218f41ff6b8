"""One message, one transaction: who is it, may they, which conversation; everything else follows from that."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import alarms, bunches, cases, groups, joining, ladders, routes, strangers, texts
from handlers.agency import Agency
from handlers.messages import NOTHING_ELSE, ChatKind, Incoming, Kind, Outcome, Queue, Reply
from handlers.turn import Turn
from models import rights
from models.people import Account, Posting, Role, account_of


def dispatch(session: Session, incoming: Incoming, row: str, agency: Agency, queue: Queue = NOTHING_ELSE) -> Outcome:
    """Does all that the message asks, inside the caller's transaction. `row` names the message for ever."""
    now = incoming.received_at
    turn = Turn(session=session, agency=agency, now=now, incoming=incoming, row=row, queue=queue)
    _recognise(turn)
    if incoming.in_group:
        turn.group = groups.group_of(turn)
    if incoming.kind in {Kind.BLOCKED, Kind.UNBLOCKED}:
        joining.blocked(turn) if incoming.kind is Kind.BLOCKED else joining.came_back(turn)
    elif incoming.in_group:
        routes.in_group(turn)
    elif incoming.kind is Kind.START and incoming.text and not _is_code(incoming.text):
        joining.open_link(turn, incoming.text)
    elif not turn.roles:
        strangers.greet(turn)
    else:
        joining.came_back(turn)
        routes.in_private(turn)
        if queue.last:
            bunches.gather(turn)
    if turn.cases:
        ladders.propose(turn)
        cases.show_changed(turn)
    return turn.outcome


def _is_code(payload: str) -> bool:
    """Of a site, or of a case: no invitation."""
    return payload.startswith(("s_", "c_"))


def _recognise(turn: Turn) -> None:
    """Who it is, by the channel's id; an administrator named in the settings is let in at the first message."""
    sender = turn.incoming.sender
    if sender is None:
        return
    turn.account = account_of(turn.session, turn.incoming.channel, sender.id)
    turn.person = turn.account.person if turn.account is not None else None
    if turn.account is not None and turn.account.name != sender.name:
        turn.record("person.renamed", "person", turn.account.person_id, before=turn.account.name, after=sender.name)
        turn.account.name = sender.name
    if f"{turn.incoming.channel}:{sender.id}" in turn.agency.admins:
        _let_admin_in(turn)


def _let_admin_in(turn: Turn) -> None:
    if turn.person is None:
        joining.register(turn)
    if Role.ADMIN not in rights.roles_of(turn.actor, turn.now) and turn.actor.left_at is None:
        turn.session.add(Posting(person_id=turn.actor.id, role=Role.ADMIN, since=turn.now))
        turn.session.flush()
        turn.session.refresh(turn.actor, ["postings"])
        turn.record("person.admin_by_settings", "person", turn.actor.id)


def apologise(
    session: Session, incoming: Incoming | None, row: str, agency: Agency, number: int, readable: bool = True
) -> None:
    """A message that failed three times, or cannot be read, is kept; its sender and the administrators are told (F38).

    What cannot be read is asked for again: nobody but the sender knows what it said.
    """
    if incoming is None or incoming.chat_kind is not ChatKind.PRIVATE or incoming.sender is None:
        return
    turn = Turn(session=session, agency=agency, now=incoming.received_at, incoming=incoming, row=row)
    turn.account = session.scalar(select(Account).filter_by(channel=incoming.channel, external_id=incoming.sender.id))
    turn.person = turn.account.person if turn.account is not None else None
    if turn.person is None:
        return
    turn.say(turn.text("failure.kept" if readable else "failure.unreadable", number=number))
    for account in alarms.administrators(session):
        key = "failure.admin" if readable else "failure.admin_unreadable"
        said = texts.say(account.person.language, key, number=number, name=turn.person.name)
        turn.post(f"{row}:admin:{account.id}", account.channel, account.external_id, Reply(said))
