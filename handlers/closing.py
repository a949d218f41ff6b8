"""Ending a campaign: the office says so and confirms it; whoever was in the midst of it is told (B66)."""

from sqlalchemy import select

from handlers import check_card, ended, outstanding, texts
from handlers.filters import campaign_title, campaign_title_in
from handlers.messages import Button, Reply
from handlers.questions import read_question
from handlers.turn import Turn
from models import closing, rights
from models.campaigns import Campaign
from models.checks import Check
from models.people import Account, GroupChat, Person

CONFIRMED_WITHIN = 1  # days; an older question asks about another state of things


def may_close(turn: Turn, campaign: Campaign) -> bool:
    """The office of the whole campaign; whoever has but a part of it cannot end it for the others."""
    granted = rights.scopes(turn.session, turn.actor, turn.now, rights.OFFICE) if turn.person is not None else []
    return any(scope.areas is None and scope.campaign in (None, campaign.id) for scope in granted)


def ask_close(turn: Turn, rest: str) -> None:
    """`结束行动 厕所`: what it means, and a button."""
    campaign = _named(turn, rest, is_open=True)
    if campaign is None:
        return None
    if ended.refuses(turn, campaign, turn.text("campaign.still_asked")):
        return None
    drafts = closing.drafts_in(turn.session, campaign)
    asked = turn.text("campaign.ask_close", campaign=campaign_title(turn, campaign), n=len(drafts))
    return turn.say(Reply(asked, (_buttons(turn, campaign, "close"),)))


def ask_reopen(turn: Turn, rest: str) -> None:
    campaign = _named(turn, rest, is_open=False)
    if campaign is None:
        return None
    if campaign.closed_at is None:
        return turn.say(turn.text("campaign.not_ended", campaign=campaign_title(turn, campaign)))
    asked = turn.text("campaign.ask_reopen", campaign=campaign_title(turn, campaign))
    return turn.say(Reply(asked, (_buttons(turn, campaign, "reopen"),)))


def _named(turn: Turn, rest: str, is_open: bool) -> Campaign | None:
    """The campaign meant, if the asker may; says what is missing otherwise."""
    if turn.incoming.in_group:
        turn.say(turn.text("campaign.in_private"))
        return None
    every = [c for c in turn.session.scalars(select(Campaign).order_by(Campaign.id)) if may_close(turn, c)]
    if not every:
        turn.say(turn.text("campaign.not_allowed"))
        return None
    number = read_question(turn.session, rest).campaign
    meant = [c for c in every if c.id == number]
    fitting = [c for c in every if (c.closed_at is None) is is_open]
    if not meant and not rest.strip() and len(fitting) == 1:
        meant = fitting
    if not meant:
        turn.say(turn.text("campaign.which", names="、".join(campaign_title(turn, c) for c in fitting or every)))
    return meant[0] if meant else None


def _buttons(turn: Turn, campaign: Campaign, verb: str) -> tuple[Button, ...]:
    day = turn.today.toordinal()
    yes = turn.text("button.close_campaign" if verb == "close" else "button.reopen_campaign")
    return (
        Button(yes, f"v1:campaign:{verb}:{campaign.id}:{day}"),
        Button(turn.text("button.leave_campaign"), f"v1:campaign:leave:{campaign.id}:{day}"),
    )


def tap(turn: Turn, verb: str, campaign_id: int, day: int) -> None:
    campaign = turn.session.get(Campaign, campaign_id)
    too_old = not 0 <= turn.today.toordinal() - day <= CONFIRMED_WITHIN
    if campaign is None or not may_close(turn, campaign) or verb not in {"close", "reopen", "leave"}:
        return turn.toast(turn.text("button.too_old"))
    name = campaign_title(turn, campaign)
    if verb == "close" and ended.refuses(turn, campaign, turn.text("campaign.still_asked")):
        return None
    if verb == "reopen" and campaign.closed_at is None:
        return turn.toast(turn.text("campaign.not_ended", campaign=name), alert=True)
    if too_old:
        return turn.toast(turn.text("button.too_old"))
    if verb == "leave":
        return turn.toast(turn.text("campaign.left", campaign=name))
    turn.toast()
    if verb == "reopen":
        closing.reopen(turn.session, campaign, turn.actor, turn.now)
        return turn.say(turn.text("campaign.reopened", campaign=name))
    stopped = close(turn, campaign)
    return turn.say(turn.text("campaign.closed", campaign=name, n=stopped))


def close(turn: Turn, campaign: Campaign) -> int:
    """Ends it and tells everybody concerned; how many drafts were stopped."""
    stopped = closing.close(turn.session, campaign, turn.actor, turn.now)
    people: dict[int, list[Check]] = {}
    for check in stopped:
        people.setdefault(check.person_id, []).append(check)
    for checks in people.values():
        _tell(turn, campaign, checks[0].person, checks)
    for group in turn.session.scalars(
        select(GroupChat).where(GroupChat.campaign_id == campaign.id, GroupChat.left_at.is_(None))
    ):
        said = texts.say(group.language, "campaign.group_told", campaign=campaign_title_in(group.language, campaign))
        key = f"campaign:{campaign.id}:{turn.now:%Y%m%d%H%M%S}:g{group.id}"
        turn.post(key, group.channel, group.external_id, Reply(said, language=group.language))
    outstanding.tell_ended(turn, campaign)
    return len(stopped)


def _tell(turn: Turn, campaign: Campaign, person: Person, checks: list[Check]) -> None:
    """Their card says that it is stopped; one message says which campaign has ended, and at which sites they were."""
    language = person.language
    names = "、".join(check.site.name if check.site else texts.say(language, "check.unnamed") for check in checks)
    name = campaign.name_en if language == "en" and campaign.name_en else campaign.name
    told = texts.say(language, "campaign.draft_stopped", campaign=name, by=turn.actor.name, sites=names)
    key = f"campaign:{campaign.id}:{turn.now:%Y%m%d%H%M%S}"
    turn.tell(person, key, Reply(told))
    account = turn.session.scalar(select(Account).where(Account.person_id == person.id).order_by(Account.id).limit(1))
    for check in checks if account is not None else ():
        assert account is not None
        shown = Reply(texts.say(language, "check.campaign_closed", campaign=name), language=language)
        turn.card_in(check_card.card_key(check), account.channel, account.external_id, shown, follows=True)
