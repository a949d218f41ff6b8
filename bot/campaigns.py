"""The campaign command: which there are, ending one, reopening one; the same as in chat, for who sits at the server."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import datetime
from enum import IntEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import closing, texts
from handlers.agency import Agency
from handlers.groups import campaign_named
from handlers.moments import quiet_turn
from models.campaign_import import consent
from models.campaigns import Campaign
from models.closing import drafts_in, reopen
from models.database import Database

YES = frozenset({"y", "yes", "是", "ｙ"})


class Exit(IntEnum):
    DONE = 0
    MISTAKES = 1
    DECLINED = 3


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("action", choices=("list", "close", "reopen"))
    parser.add_argument("name", nargs="?", default="", help="行动的名称或代码 / the campaign's name or code")
    parser.add_argument("--by", default="", help="谁在办理：姓名 / who does it: a name, of the office")
    parser.add_argument("--yes", action="store_true", help="不再询问 / do not ask")
    parser.add_argument("--language", choices=texts.LANGUAGES, default="zh", help="语言 / language")


def run(
    options: Namespace,
    database: Database,
    now: Callable[[], datetime],
    say: Callable[[str], None] = print,
    ask: Callable[[str], str] = input,
) -> Exit:
    def text(key: str, **values: object) -> str:
        return texts.say(options.language, key, **values)

    def agrees(question: str) -> bool:
        try:
            return options.yes or ask(f"{question} [y/N] ").strip().casefold() in YES
        except EOFError:
            return False

    with database.reading() as session:
        every = list(session.scalars(select(Campaign).order_by(Campaign.id)))
        found = campaign_named(every, options.name)
        if options.action == "list":
            for campaign in every:
                state = f"{campaign.closed_at:%Y-%m-%d %H:%M} UTC" if campaign.closed_at else ""
                key = "campaign.listed_ended" if state else "campaign.listed"
                say(text(key, code=campaign.code, name=campaign.name, date=state))
            return Exit.DONE
        if found is None:
            say(text("campaign.which", names="、".join(campaign.name for campaign in every)))
            return Exit.MISTAKES
        number, name, drafts = found.id, found.name, len(drafts_in(session, found))
    key = "campaign.ask_close" if options.action == "close" else "campaign.ask_reopen"
    if not agrees(text(key, campaign=name, n=drafts)):
        say(text("campaign.left", campaign=name))
        return Exit.DECLINED
    with database.writing() as session:
        done, said = _change(session, options, number, now())
        say(text(said, campaign=name, n=done, date="", state=""))
        return Exit.DONE if said in {"campaign.closed", "campaign.reopened"} else Exit.MISTAKES


def _change(session: Session, options: Namespace, number: int, now: datetime) -> tuple[int, str]:
    """How many drafts were stopped, and the sentence for what was done or why it was not."""
    campaign = session.get_one(Campaign, number)
    people = consent.askers(session, options.by, now) if options.by else []
    turn = quiet_turn(session, Agency(), now, "", "", f"campaign:{number}", people[0] if len(people) == 1 else None)
    if not closing.may_close(turn, campaign):
        return 0, "campaign.by_whom"
    if options.action == "close":
        if campaign.closed_at is not None:
            return 0, "campaign.has_ended"
        return closing.close(turn, campaign), "campaign.closed"
    if campaign.closed_at is None:
        return 0, "campaign.not_ended"
    reopen(session, campaign, turn.actor, now)
    return 0, "campaign.reopened"
