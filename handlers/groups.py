"""Groups: the bot is added, bound to an area and a campaign by an administrator, renamed, migrated, left."""

import re

from sqlalchemy import select

from handlers import cases, joining, texts
from handlers.filters import campaign_title
from handlers.messages import Reply
from handlers.turn import Turn
from models import rights
from models.campaigns import Campaign
from models.messages import Card, OutboxRow
from models.naming import fold
from models.people import GroupAlias, GroupChat, Person, groups_changed
from models.places import Area, Unit


def group_of(turn: Turn) -> GroupChat | None:
    """The group by its present id, or by the one it had before it migrated."""
    channel, chat = turn.incoming.channel, turn.incoming.chat
    found = turn.session.scalar(select(GroupChat).filter_by(channel=channel, external_id=chat))
    if found is not None:
        return found
    alias = turn.session.scalar(select(GroupAlias).filter_by(channel=channel, external_id=chat))
    return turn.session.get(GroupChat, alias.group_id) if alias is not None else None


def _known(turn: Turn) -> GroupChat:
    if turn.group is None:
        turn.group = GroupChat(
            channel=turn.incoming.channel,
            external_id=turn.incoming.chat,
            title=turn.incoming.chat_title,
            language=turn.agency.language,
        )
        turn.session.add(turn.group)
        turn.session.flush()
    return turn.group


def added(turn: Turn) -> None:
    group = _known(turn)
    groups_changed(turn.session)
    group.left_at, group.title = None, turn.incoming.chat_title or group.title
    joining.let_go(turn)
    turn.record("group.added", "group", group.id, title=group.title)
    if group.bound_at is None:
        turn.say(turn.text("group.hello"))


def removed(turn: Turn) -> None:
    """Once: that it was may have been learnt from an error while sending, perhaps on another day (F26)."""
    if turn.group is None or turn.group.left_at is not None:
        return
    turn.group.left_at = turn.now
    groups_changed(turn.session)
    turn.record("group.left", "group", turn.group.id)
    if turn.group.bound_by is not None:
        binder = turn.session.get(Person, turn.group.bound_by)
        if binder is not None:
            said = texts.say(binder.language, "group.removed", title=turn.group.title)
            turn.tell(binder, f"group:{turn.group.id}:left:{turn.now:%Y%m%d}", Reply(said))


def bind(turn: Turn, wanted: str) -> None:
    """`绑定 太和镇 厕所革命`: from now on the group gets that part's card of the day and digest."""
    if not turn.incoming.in_group:
        return turn.say(turn.text("group.bind_in_group"))
    if turn.person is None or not turn.is_one_of(rights.OFFICE):
        return turn.say(turn.text("group.not_admin"))
    group = _known(turn)
    part, campaign, unknown = _read(turn, wanted)
    if unknown or campaign is None:
        campaigns = "、".join(turn.session.scalars(select(Campaign.name).order_by(Campaign.id)))
        return turn.say(turn.text("group.how_to_bind", unknown=unknown or wanted, campaigns=campaigns))
    group.area_id = part.id if isinstance(part, Area) else None
    group.unit_id, group.campaign_id = part.id if isinstance(part, Unit) else None, campaign.id
    groups_changed(turn.session)
    if group.left_at is not None:  # somebody talks to the bot there, so it is back
        joining.let_go(turn)
    group.bound_at, group.bound_by, group.left_at = turn.now, turn.actor.id, None
    group.title = turn.incoming.chat_title or group.title
    turn.record("group.bound", "group", group.id, part=part.name if part else None, campaign=campaign.code)
    if isinstance(part, Unit):
        turn.say(turn.text("group.bound_to_unit", unit=part.name, campaign=campaign_title(turn, campaign)))
        return cases.show_open(turn, group)
    place = part.name if part else turn.text("group.everywhere")
    return turn.say(
        turn.text("group.bound", place=place, campaign=campaign_title(turn, campaign), time=campaign.digest_at)
    )


def _read(turn: Turn, wanted: str) -> tuple[Area | Unit | None, Campaign | None, str]:
    """Area or unit, and campaign, among the words, and the first word that is none of these."""
    part: Area | Unit | None = None
    campaigns = list(turn.session.scalars(select(Campaign).where(Campaign.closed_at.is_(None)).order_by(Campaign.id)))
    campaign = campaigns[0] if len(campaigns) == 1 else None
    words = [word for word in re.split(r"[\s,，]+", wanted.strip()) if word]
    for word in words:
        named = campaign_named(campaigns, word)
        place = joining.area_named(turn, word) or joining.unit_named(turn, word)
        if named is not None:
            campaign = named
        elif place is not None:
            part = place
        elif not re.fullmatch(r"(19|20)\d\d", word):
            return part, campaign, word
    return part, campaign if words else None, ""


def campaign_named(campaigns: list[Campaign], word: str) -> Campaign | None:
    wanted = fold(word)
    for campaign in campaigns:
        names = {
            fold(n)
            for n in (campaign.name, campaign.full_name, campaign.name_en, campaign.code, *campaign.aliases)
            if n
        }
        if wanted in names:
            return campaign
    return None


def migrated(turn: Turn, new_id: str) -> None:
    """The platform gave the group a new id: all that waits moves along, the old id stays as an alias (F27)."""
    move(turn, turn.incoming.channel, turn.incoming.chat, new_id)


def move(turn: Turn, channel: str, old_id: str, new_id: str) -> None:
    group = turn.session.scalar(select(GroupChat).filter_by(channel=channel, external_id=old_id))
    if group is None:  # heard of before; a message worked late has put something in the old place since
        return _move_along(turn, channel, old_id, new_id)
    newer = turn.session.scalar(select(GroupChat).filter_by(channel=channel, external_id=new_id))
    if newer is not None:  # the new id was heard of first: it keeps nothing of its own
        newer.external_id = f"merged:{newer.id}"
        newer.left_at = turn.now
        groups_changed(turn.session)
        turn.session.flush()
    group.external_id = new_id
    turn.session.add(GroupAlias(channel=channel, external_id=old_id, group_id=group.id, since=turn.now))
    _move_along(turn, channel, old_id, new_id)
    return turn.record("group.migrated", "group", group.id, former=old_id, now=new_id)


def _move_along(turn: Turn, channel: str, old_id: str, new_id: str) -> None:
    for row in turn.session.query(OutboxRow).filter_by(channel=channel, chat=old_id):
        row.chat = new_id
    for card in turn.session.query(Card).filter_by(channel=channel, chat=old_id):
        card.chat, card.message_id, card.stale_message_id = new_id, None, None
