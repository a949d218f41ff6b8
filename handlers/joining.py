"""Coming in: one-time links and their QR codes, strangers, languages, blocking and coming back."""

import hashlib
import re
import secrets
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from handlers import keys, strangers, texts
from handlers.messages import Picture, Reply
from handlers.pictures import QrCard
from handlers.turn import Turn
from models import rights
from models.messages import Card, OutboxRow, SendState
from models.naming import fold
from models.people import Account, Invite, Person, Posting, Role
from models.places import Area, Unit

LIFE = timedelta(hours=72)

ROLE_WORDS = {
    "巡查员": Role.INSPECTOR,
    "检查员": Role.INSPECTOR,
    "inspector": Role.INSPECTOR,
    "组长": Role.LEAD,
    "lead": Role.LEAD,
    "责任单位": Role.UNIT,
    "unit": Role.UNIT,
    "办公室": Role.OFFICE,
    "office": Role.OFFICE,
    "管理员": Role.ADMIN,
    "admin": Role.ADMIN,
    "审计": Role.AUDITOR,
    "审计员": Role.AUDITOR,
    "auditor": Role.AUDITOR,
}


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def role_name(language: str, role: Role) -> str:
    return texts.say(language, f"role.{role.value}")


# inviting


def invite(turn: Turn, wanted: str) -> None:
    """`邀请 巡查员 太和镇`: role and area are inside the link."""
    allowed = frozenset().union(*(rights.INVITES.get(role, frozenset()) for role in turn.roles))
    if not allowed:
        return turn.say(turn.text("invite.not_allowed"))
    parts = re.split(r"[\s,，]+", wanted.strip())
    role = ROLE_WORDS.get(fold(parts[0])) if parts and parts[0] else None
    if role is None:
        return turn.say(turn.text("invite.how"))
    if role not in allowed:
        return turn.say(turn.text("invite.not_allowed"))
    name = "".join(parts[1:])
    unit = unit_named(turn, name) if role is Role.UNIT else None
    area = area_named(turn, name) if name and unit is None else None
    if name and area is None and unit is None:
        return turn.say(turn.text("invite.unknown_area", name=name, areas=_area_names(turn)))
    if role in {Role.INSPECTOR, Role.LEAD} and area is None:
        return turn.say(turn.text("invite.which_area", areas=_area_names(turn)))
    return _issue(turn, role, area, unit)


def _issue(turn: Turn, role: Role, area: Area | None, unit: Unit | None) -> None:
    token = f"i{secrets.token_urlsafe(24)}"  # never the "s_" that links to sites begin with
    row = Invite(
        token_hash=hash_of(token),
        role=role,
        area_id=area.id if area else None,
        unit_id=unit.id if unit else None,
        issued_by=turn.actor.id,
        issued_at=turn.now,
        expires_at=turn.now + LIFE,
    )
    turn.session.add(row)
    turn.session.flush()
    turn.record("invite.issued", "invite", row.id, role=role, area=area.name if area else None)
    link = turn.agency.invite_link(token)
    what = " · ".join(
        part for part in (role_name(turn.language, role), area.name if area else unit.name if unit else "") if part
    )
    card = QrCard(link, turn.text("invite.title"), (what,), (turn.text("invite.life"),))
    turn.say(Reply(turn.text("invite.issued", what=what, link=link), picture=Picture("qr", card.to_data())))


def area_named(turn: Turn, name: str) -> Area | None:
    wanted = fold(name)
    areas = list(turn.session.scalars(select(Area)))
    for area in areas:
        if wanted in {fold(n) for n in (area.name, *area.aliases)}:
            return area
    short = [a for a in areas if fold(a.name).removesuffix("镇").removesuffix("街道").removesuffix("区") == wanted]
    return short[0] if len(short) == 1 else None


def unit_named(turn: Turn, name: str) -> Unit | None:
    wanted = fold(name)
    return next(
        (u for u in turn.session.scalars(select(Unit)) if wanted in {fold(n) for n in (u.name, *u.aliases)}), None
    )


def _area_names(turn: Turn) -> str:
    return "、".join(turn.session.scalars(select(Area.name).order_by(Area.id).limit(20))) or turn.text(
        "invite.no_areas"
    )


# coming in


def open_link(turn: Turn, token: str) -> None:
    """Somebody opened an invitation. What fails says the same to everybody, and tells who invited."""
    if strangers.has_guessed_enough(turn):
        return strangers.wrong_link(turn)
    row = turn.session.scalar(select(Invite).where(Invite.token_hash == hash_of(token)).with_for_update())
    if row is None:
        return strangers.wrong_link(turn)
    if row.used_at is not None and turn.person is not None and row.used_by == turn.person.id:
        return turn.say(welcome(turn))
    problem = _unusable(turn, row)
    if problem:
        turn.record(
            "invite.refused",
            "invite",
            row.id,
            why=problem,
            who=turn.incoming.sender.name if turn.incoming.sender else "",
        )
        _warn_issuer(turn, row)
        return turn.say(texts.say(turn.agency.language if turn.person is None else turn.language, problem))
    return _accept(turn, row)


def _unusable(turn: Turn, row: Invite) -> str:
    if row.used_at is not None:
        return "invite.used"
    if row.revoked_at is not None or turn.now >= row.expires_at:
        return "invite.expired"
    return ""


def _warn_issuer(turn: Turn, row: Invite) -> None:
    issuer, sender = turn.session.get(Person, row.issued_by), turn.incoming.sender
    if issuer is None or sender is None:
        return
    said = texts.say(issuer.language, "invite.tried", name=sender.name, account=sender.id, time=turn.clock(turn.now),
                     role=role_name(issuer.language, row.role))  # fmt: skip
    turn.tell(issuer, f"invite:{row.id}:tried:{sender.id}", Reply(said))


def _accept(turn: Turn, row: Invite) -> None:
    if turn.person is None:
        turn.person = register(turn)
    row.used_at, row.used_by = turn.now, turn.actor.id
    posting = Posting(person_id=turn.actor.id, role=row.role, area_id=row.area_id, unit_id=row.unit_id, since=turn.now)
    turn.session.add(posting)
    turn.session.flush()
    turn.session.refresh(turn.actor, ["postings"])
    turn.__dict__.pop("roles", None)
    turn.__dict__.pop("scopes", None)
    turn.__dict__.pop("inspected", None)
    turn.record("invite.accepted", "invite", row.id, role=row.role)
    turn.say(welcome(turn))


def register(turn: Turn) -> Person:
    """A person the record did not know, with the name the channel gives."""
    sender = turn.incoming.sender
    assert sender is not None
    spoken = "en" if sender.language.lower().startswith("en") else turn.agency.language
    person = Person(name=sender.name, language=spoken, joined_at=turn.now)
    turn.session.add(person)
    turn.session.flush()
    account = Account(channel=turn.incoming.channel, external_id=sender.id, person_id=person.id, name=sender.name)
    turn.session.add(account)
    turn.session.flush()
    turn.session.refresh(person, ["postings"])
    turn.person, turn.account = person, account
    turn.record("person.joined", "person", person.id, channel=turn.incoming.channel)
    return person


def welcome(turn: Turn) -> Reply:
    held = []
    for posting in rights.postings_of(turn.actor, turn.now):
        area = turn.session.get(Area, posting.area_id) if posting.area_id is not None else None
        unit = turn.session.get(Unit, posting.unit_id) if posting.unit_id is not None else None
        place = area.name if area else unit.name if unit else ""
        held.append(turn.text("join.posting", place=place, role=role_name(turn.language, posting.role)).strip())
    key = "join.inspector" if turn.is_one_of(rights.INSPECTS) else "join.other"
    separator = "、" if turn.language == "zh" else ", "
    said = turn.text(key, name=turn.actor.name, roles=separator.join(dict.fromkeys(held)))
    return Reply(said, keyboard=keys.keyboard_of(turn))


# reachability and language


def blocked(turn: Turn) -> None:
    """What waits for somebody who has blocked the bot is held until they come back (F25)."""
    if turn.account is None:
        return
    turn.account.blocked_at = turn.now
    turn.record("person.blocked_bot", "person", turn.actor.id)
    for waiting in _of_the_chat(turn, SendState.DUE):
        waiting.hold(turn.now)


def came_back(turn: Turn) -> None:
    if turn.account is None or turn.account.blocked_at is None:
        return
    turn.account.blocked_at = None
    turn.record("person.came_back", "person", turn.actor.id)
    let_go(turn)


def let_go(turn: Turn) -> None:
    """Messages and cards of this chat that were kept back while nobody could read them; the sender is told of each."""
    for waiting in _of_the_chat(turn, SendState.HELD):
        waiting.let_go(turn.now)
        turn.outcome.chats[waiting.chat] += 1


def _of_the_chat(turn: Turn, state: SendState) -> Iterator[OutboxRow | Card]:
    here = {"channel": turn.incoming.channel, "chat": turn.incoming.chat, "state": state}
    yield from turn.session.query(OutboxRow).filter_by(**here)
    yield from turn.session.query(Card).filter_by(**here)


def set_language(turn: Turn, wanted: str) -> None:
    """`/lang en`, `语言 中文`; in a group an administrator sets the group's own."""
    chosen = {
        "zh": "zh",
        "cn": "zh",
        "中文": "zh",
        "汉语": "zh",
        "chinese": "zh",
        "en": "en",
        "english": "en",
        "英文": "en",
        "英语": "en",
    }.get(fold(wanted))
    if chosen is None:
        return turn.say(turn.text("language.how"))
    if turn.incoming.in_group:
        if turn.group is None or not turn.is_one_of(rights.OFFICE):
            return turn.say(turn.text("group.not_admin"))
        turn.group.language = chosen
        turn.record("group.language", "group", turn.group.id, language=chosen)
        return turn.say(turn.text("language.set"))
    turn.actor.language = chosen
    turn.record("person.language", "person", turn.actor.id, language=chosen)
    return turn.say(Reply(turn.text("language.set"), keyboard=keys.keyboard_of(turn)))
