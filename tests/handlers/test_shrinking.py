"""A list that loses many sites is written when a second administrator has agreed in chat, and not before (B91, T16)."""

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.importing import Exit, Terminal, add_arguments, import_folder, run
from models.campaign_import import consent
from models.journal import JournalEntry
from models.people import Account, Person, Posting, Role
from models.places import Site
from tests.campaign_files.folders import copy, spoil
from tests.handlers.conversing import POSTS, Talk

SECOND = "副管理员"


class Office:
    """A talk whose record a clerk at the terminal imports into."""

    def __init__(self, talk: Talk, folder: Path) -> None:
        self.talk, self.folder, self.said = talk, folder, list[str]()

    def imports(self, by: str = "办公室", language: str = "zh", yes: bool = True) -> Exit:
        self.said.clear()
        terminal = Terminal(self.said.append, lambda _: "", language, yes=yes, by=by)
        return import_folder(self.folder, self.talk.drive.database, self.talk.drive.now, terminal)

    def open_sites(self) -> int:
        with self.talk.drive.database.reading() as session:
            return session.scalar(select(func.count(Site.id)).where(Site.closed_at.is_(None))) or 0

    def entries(self, *actions: str) -> list[tuple[str, str | None]]:
        with self.talk.drive.database.reading() as session:
            found = session.execute(
                select(JournalEntry.action, Person.name)
                .outerjoin(Person, Person.id == JournalEntry.person_id)
                .where(JournalEntry.action.in_(actions))
                .order_by(JournalEntry.id)
            )
            return [(action, name) for action, name in found]

    def question(self) -> int:
        with self.talk.drive.database.reading() as session:
            return session.scalars(select(JournalEntry.id).where(JournalEntry.action == consent.ASKED)).one()


def without(folder: Path, count: int) -> None:
    path = folder / "sites.csv"
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:-count]) + "\n", encoding="utf-8")


@pytest.fixture
def office(talk: Talk, tmp_path: Path) -> Office:
    folder = copy(tmp_path / "files")
    without(folder, 7)
    return Office(talk, folder)


DECISIONS = (consent.ASKED, consent.AGREED, consent.DECLINED)


async def test_b91_a_second_administrator_agrees_in_chat(office: Office) -> None:
    talk = office.talk
    assert office.imports() is Exit.WAITING
    assert office.said[-2:] == [
        "将停用 7 个点位，占现有 32 个的 22%，须由另一位管理员同意。",
        "已在聊天里请 管理员 决定，同意后请再运行一次本命令。现在什么也没有写入。",
    ]
    await talk.drive.settle()
    asked = (await talk.texts("管理员"))[-1]
    assert asked.startswith("办公室 要导入「厕所革命 2018」的新清单，将停用 7 个点位，占现有 32 个的 22%：")
    assert asked.endswith("。停用的点位不再检查，记录都保留。请核对后决定")
    assert "L06 浸潭镇虎尾村" in asked
    assert office.imports() is Exit.WAITING
    assert office.said[-1].startswith("停用 7 个点位的事还没有答复。")
    assert office.open_sites() == 32
    await talk.play("管理员 taps 停用 7 个")
    assert (await talk.texts("管理员"))[-1] == "已同意停用「厕所革命 2018」的 7 个点位。办公室 再运行一次导入就会写入"
    assert (await talk.texts("办公室"))[-1] == "管理员 已同意停用「厕所革命 2018」的 7 个点位。请再运行一次导入命令"
    assert office.imports() is Exit.DONE
    assert office.open_sites() == 25
    assert office.entries(*DECISIONS) == [(consent.ASKED, "办公室"), (consent.AGREED, "管理员")]
    with talk.drive.database.reading() as session:
        [imported] = [
            entry.data
            for entry in session.scalars(select(JournalEntry).filter_by(action="campaign.imported"))
            if "question" in entry.data
        ]
    assert (imported["asked_by"], imported["agreed_by"], imported["closed"]) == ("办公室", "管理员", 7)


async def test_b91_declined_stays_as_it_is(office: Office) -> None:
    talk = office.talk
    await talk.play("管理员 → 语言 English")
    office.imports(language="en")
    await talk.drive.settle()
    await talk.play("管理员 taps Do not agree")
    assert (await talk.texts("管理员"))[-1].startswith("Not agreed to close 7 sites of 厕所革命 2018; the list stays")
    assert (await talk.texts("办公室"))[-1].startswith("管理员 没有同意停用")
    assert office.imports(language="en") is Exit.DECLINED
    assert office.said[-1].startswith("管理员 did not agree to close these 7 sites. Nothing was written;")
    assert office.open_sites() == 32


async def test_b91_nobody_else_may_answer_nor_the_asker_nor_twice(office: Office) -> None:
    talk = office.talk
    with talk.drive.database.writing() as session:
        person = Person(name=SECOND, joined_at=talk.drive.now())
        session.add(person)
        session.flush()
        session.add(Account(channel="telegram", external_id="1900", person_id=person.id, name=SECOND))
        session.add(Posting(person_id=person.id, role=Role.ADMIN, since=talk.drive.now()))
    assert office.imports(by="管理员") is Exit.WAITING
    assert office.said[-1].startswith(f"已在聊天里请 {SECOND} 决定")
    number = office.question()
    await talk.play("people: 陌生人\n")
    await talk.do("陌生人", "start")
    for who in (*POSTS, "陌生人"):
        if who != "管理员":
            await talk.taps(who, f"v1:shrink:{number}:1")
    assert await talk.taps("管理员", f"v1:shrink:{number}:1") == "这是以您的名义导入的，请另一位管理员决定"
    assert office.entries(*DECISIONS) == [(consent.ASKED, "管理员")]
    await talk.drive.act({"do": "add_person", "id": 1900, "name": SECOND})
    talk.stage.people[SECOND] = 1900
    await talk.do(SECOND, "start")
    await talk.taps(SECOND, f"v1:shrink:{number}:0")
    assert await talk.taps(SECOND, f"v1:shrink:{number}:1") == "已经有人处理过了"
    assert office.entries(*DECISIONS)[1:] == [(consent.DECLINED, SECOND)]


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("", "请加 --by 和您的姓名，好让对方知道是谁在导入。"),
        ("小陈", "记录里没有名叫「小陈」的办公室人员或管理员。请核对姓名，或先邀请 TA 加入。"),
        ("管理员", "除您以外还没有管理员能在聊天里收到消息。请先邀请另一位：在聊天里打「邀请 管理员」。"),
    ],
)
async def test_b91_who_imports_must_be_known_and_somebody_else_there(office: Office, by: str, said: str) -> None:
    assert office.imports(by) is Exit.DECLINED
    assert office.said[-1] == said
    assert (office.open_sites(), office.entries(*DECISIONS)) == (32, [])


async def test_b91_consent_is_to_these_sites_for_three_days_and_once(office: Office) -> None:
    talk = office.talk
    office.imports()
    await talk.drive.settle()
    await talk.play("管理员 taps 停用 7 个")
    whole = copy(office.folder.parent / "whole")
    spoil(office.folder, "C01,", "C91,", "sites.csv")  # one more is closed than was agreed to
    assert office.imports() is Exit.WAITING
    spoil(office.folder, "C91,", "C01,", "sites.csv")
    talk.drive.clock.move_by(timedelta(days=2).total_seconds())
    assert office.imports() is Exit.DONE
    office.folder, shorter = whole, office.folder
    assert office.imports() is Exit.DONE
    assert office.open_sites() == 32
    office.folder = shorter
    assert office.imports() is Exit.WAITING  # what was agreed to once has been done
    assert office.open_sites() == 32


async def test_b91_an_old_consent_no_longer_holds(office: Office) -> None:
    talk = office.talk
    office.imports()
    await talk.drive.settle()
    await talk.play("管理员 taps 停用 7 个")
    talk.drive.clock.move_by(timedelta(days=3, minutes=1).total_seconds())
    assert office.imports() is Exit.WAITING
    assert office.open_sites() == 32


async def test_b91_the_account_names_one_of_two_with_the_same_name(office: Office) -> None:
    with office.talk.drive.database.writing() as session:
        person = Person(name="办公室", joined_at=office.talk.drive.now())
        session.add(person)
        session.flush()
        session.add(Posting(person_id=person.id, role=Role.OFFICE, since=office.talk.drive.now()))
    assert office.imports() is Exit.DECLINED
    assert office.said[-1] == "叫「办公室」的不止一人。请写账号，如 --by telegram:123456。"
    parser = ArgumentParser()
    add_arguments(parser)
    account = f"telegram:{office.talk.stage.people['办公室']}"
    options = parser.parse_args([str(office.folder), "--yes", "--by", account])
    assert run(options, office.talk.drive.database, office.talk.drive.now) is Exit.WAITING
