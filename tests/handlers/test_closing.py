"""B66: the buttons of a campaign that has ended say how things stand and change nothing; who may end one, and how."""

from argparse import ArgumentParser

import pytest
from sqlalchemy import select

from bot import campaigns
from handlers import texts
from models.campaigns import Campaign
from models.checks import Check, CheckState, ItemResult
from models.findings import Finding, FindingStep
from models.journal import JournalEntry
from models.people import Person
from tests.handlers.conversing import Talk

CHEN, OFFICE = "小陈", "办公室"


async def _one_submitted_one_in_hand(talk: Talk) -> None:
    await talk.play(f"""{CHEN} → 📍 20 m from 玄真公厕
        {CHEN} → 🖼🖼
        {CHEN} → 13 灯不亮
        {CHEN} taps ✅
        {CHEN} → 📍 20 m from 体育馆五星公厕
        {CHEN} → 🖼🖼
        """)


def _command(talk: Talk, *given: str, answer: str = "y") -> tuple[int, list[str]]:
    parser, said = ArgumentParser(), list[str]()
    campaigns.add_arguments(parser)
    code = campaigns.run(parser.parse_args(given), talk.drive.database, talk.drive.now, said.append, lambda _: answer)
    return code, said


def _state(talk: Talk) -> list[object]:
    """All that a button might change."""
    with talk.drive.database.reading() as session:
        return [
            session.execute(select(Check.id, Check.state, Check.revision, Check.site_id, Check.undo_until)).all(),
            session.execute(select(ItemResult.id, ItemResult.replaced_at)).all(),
            session.execute(select(Finding.id, Finding.state, Finding.deadline_on, Finding.deadline_source)).all(),
            session.execute(select(FindingStep.id)).all(),
        ]


def _journal(talk: Talk, *actions: str) -> list[tuple[str, str | None]]:
    with talk.drive.database.reading() as session:
        query = select(JournalEntry.action, Person.name).outerjoin(Person, Person.id == JournalEntry.person_id)
        return [(a, n) for a, n in session.execute(query.where(JournalEntry.action.in_(actions)))]


@pytest.mark.parametrize("language", texts.LANGUAGES)
async def test_b66_every_button_of_an_ended_campaign_is_refused_with_the_state(talk: Talk, language: str) -> None:
    await talk.play(f"{CHEN} → /lang {language}\n")
    await _one_submitted_one_in_hand(talk)
    with talk.drive.database.reading() as session:
        submitted, draft = session.scalars(select(Check.id).order_by(Check.id)).all()
        finding, number = session.execute(select(Finding.id, Finding.number)).one()
        receipt = session.scalars(select(Check.number).where(Check.id == submitted)).one()
    assert _command(talk, "close", "厕所革命 2018", "--by", OFFICE)[0] == campaigns.Exit.DONE
    await talk.drive.settle()
    before = _state(talk)
    kept = texts.say(language, "campaign.draft_kept")
    recorded = texts.say(language, "receipt.recorded", number=receipt)
    asked = texts.say(language, "campaign.still_asked")
    site = talk.site("明霞市场公厕").id
    buttons = {
        **{f"v1:{verb}:{draft}": kept for verb in ("ok", "site", "show", "cancel", "each", "resume")},
        **{f"v1:item:{draft}:3": kept, f"v1:say:{draft}:3:fail": kept, f"v1:at:{draft}:{site}": kept},
        f"v1:begin:{draft}": kept,
        f"v1:begin:s:{site}": asked,
        **{f"v1:{verb}:{submitted}": recorded for verb in ("undo", "fix", "ok", "show")},
        **{f"v1:{verb}:{finding}": number for verb in ("spot", "own", "limit", "ask")},
        f"v1:due:{finding}:3": number,
    }
    name = "Toilet Revolution" if language == "en" else "厕所革命"
    for button, state in buttons.items():
        told = await talk.taps(CHEN, button)
        assert state in told, button
        assert "08-06" in told, button
        assert name in told or "厕所革命" in told, button
        assert len(told) <= 200, button  # more than the platform shows
    assert _state(talk) == before
    assert (await talk.texts(CHEN))[-1] not in {"", None}
    assert await talk.taps(CHEN, f"v1:photos:{submitted}") == ""  # a question, and answered


async def test_b66_drafts_are_stopped_and_can_be_resumed_when_it_is_reopened(talk: Talk) -> None:
    await _one_submitted_one_in_hand(talk)
    code, said = _command(talk, "close", "厕所革命", "--by", OFFICE)
    assert (code, said) == (campaigns.Exit.DONE, ["“厕所革命 2018”已结束，停下 1 次未提交的检查。要重开请打：重开行动"])
    await talk.drive.settle()
    assert "体育馆五星公厕" in (await talk.texts(CHEN))[-1]
    with talk.drive.database.reading() as session:
        draft = session.scalars(select(Check).order_by(Check.id.desc())).first()
        assert draft is not None
        assert draft.state is CheckState.CANCELLED
        assert len(draft.photos) == 2
        number = draft.id
    await talk.play(f"{CHEN} → 🖼🖼\n{CHEN} → 全部合格\n")  # what comes now is of no campaign, and lost neither
    assert _command(talk, "close", "厕所革命", "--by", OFFICE)[1] == ["“厕所革命 2018”早已结束，没有改动"]
    assert _command(talk, "reopen", "厕所革命", "--by", OFFICE)[0] == campaigns.Exit.DONE
    await talk.taps(CHEN, f"v1:resume:{number}")
    await talk.taps(CHEN, f"v1:ok:{number}")
    with talk.drive.database.reading() as session:
        assert session.get_one(Check, number).state is CheckState.SUBMITTED
    assert _journal(talk, "campaign.closed", "check.stopped", "campaign.reopened") == [
        ("check.stopped", OFFICE), ("campaign.closed", OFFICE), ("campaign.reopened", OFFICE),
    ]  # fmt: skip


async def test_b66_only_the_office_ends_a_campaign_and_only_with_a_fresh_button(talk: Talk) -> None:
    with talk.drive.database.reading() as session:
        number = session.scalars(select(Campaign.id)).one()
    today = talk.drive.agency.day(talk.drive.now()).toordinal()
    too_old = texts.say("zh", "button.too_old")
    for who in (CHEN, "老李", "小黄"):
        await talk.do(who, "send_text", text="结束行动 厕所")
        assert (await talk.texts(who))[-1] == texts.say("zh", "campaign.not_allowed")
        assert await talk.taps(who, f"v1:campaign:close:{number}:{today}") == too_old
    for stale in (today - 30, today - 2, today + 1):
        assert await talk.taps(OFFICE, f"v1:campaign:close:{number}:{stale}") == too_old
    assert await talk.taps(OFFICE, f"v1:campaign:reopen:{number}:{today}") == "“厕所革命 2018”正在进行，没有结束"
    for given in (("--by", CHEN), ("--by", "谁也不是"), ()):
        assert _command(talk, "close", "厕所革命", *given) == (
            campaigns.Exit.MISTAKES, [texts.say("zh", "campaign.by_whom")]
        )  # fmt: skip
    assert _command(talk, "close", "厕所革命", "--by", OFFICE, answer="n")[0] == campaigns.Exit.DECLINED
    assert _command(talk, "close", "母婴室", "--by", OFFICE)[0] == campaigns.Exit.MISTAKES
    assert _command(talk, "list")[1] == ["toilets-2018 · 厕所革命 2018 · 进行中"]
    with talk.drive.database.reading() as session:
        assert session.get_one(Campaign, number).closed_at is None
    assert _journal(talk, "campaign.closed") == []
