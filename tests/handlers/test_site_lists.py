"""Moving sites between lists where others are quicker, people leave, campaigns end; and by a rule."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from handlers import lists
from handlers.agency import Agency
from handlers.messages import ChatKind, Incoming, Kind
from handlers.turn import Turn
from models.journal import JournalEntry
from models.listing import ListEntry, list_of, lists_of
from models.people import Person
from models.places import Site
from models.sites import known_before
from tests.handlers.conversing import Talk

PUT = "老李 → 列入 重点监管清单 玄真公厕 群众反复投诉\n"


def entries(talk: Talk) -> list[tuple[str, str, str | None]]:
    with talk.drive.database.reading() as session:
        rows = session.execute(select(ListEntry, Site.name).join(Site, Site.id == ListEntry.site_id))
        return [(name, entry.reason, entry.left_reason if entry.left_at else None) for entry, name in rows]


async def test_twice_said_is_once_on_the_list(talk: Talk) -> None:
    await talk.play(PUT + PUT + "办公室 → 列入 重点监管 玄真公厕 又有投诉")
    assert entries(talk) == [("玄真公厕", "群众反复投诉", None)]
    assert (await talk.texts("办公室"))[-1] == "玄真公厕 已在 重点监管清单（08-06 起，老李：群众反复投诉）"


async def test_off_and_on_again_are_two_rows(talk: Talk) -> None:
    await talk.play(PUT + "老李 → 移出 重点监管清单 玄真公厕，已整改到位\n" + PUT)
    assert entries(talk) == [("玄真公厕", "群众反复投诉", "已整改到位"), ("玄真公厕", "群众反复投诉", None)]
    with talk.drive.database.reading() as session:
        actions = list(session.scalars(select(JournalEntry.action).where(JournalEntry.subject == "site")))
    assert [action for action in actions if "listed" in action] == ["site.listed", "site.unlisted", "site.listed"]


async def test_who_has_left_meanwhile_moves_nothing(talk: Talk) -> None:
    await talk.play("老李 → 列入 重点监管清单 玄真公厕")
    with talk.drive.database.writing() as session:
        session.scalars(select(Person).where(Person.name == "老李")).one().left_at = talk.drive.now()
    await talk.play("老李 → 群众反复投诉")
    assert entries(talk) == []


async def test_a_campaign_that_ends_meanwhile_is_not_changed(talk: Talk) -> None:
    await talk.play(
        "老李 → 列入 重点监管清单 玄真公厕\n办公室 → 结束行动 厕所\n办公室 taps 结束行动\n老李 → 群众反复投诉"
    )
    assert entries(talk) == []
    assert (await talk.texts("老李"))[-1].startswith("“厕所革命 2018”已于 08-06 结束")


async def test_a_question_about_a_move_is_its_askers_and_of_the_day(talk: Talk) -> None:
    await talk.play("办公室 → 列入 玄真公厕 群众反复投诉\n老李 → 列入 重点监管清单 体育馆五星公厕")
    with talk.drive.database.reading() as session:
        asked = list(session.scalars(select(JournalEntry.id).where(JournalEntry.action == lists.ASKED)))
    assert await talk.taps("办公室", f"v1:list_in:{asked[-1]}:key") == "这个按钮已失效。请打“我的”看现在的情况"
    await talk.play("=== 2018-08-08 09:00\n")
    assert await talk.taps("老李", f"v1:list_in:{asked[-1]}:key") == "这个按钮已失效。请打“我的”看现在的情况"
    assert entries(talk) == [("玄真公厕", "群众反复投诉", None)]  # the only list there is needs no choosing


async def test_a_line_that_only_begins_like_a_move_is_a_note(talk: Talk) -> None:
    await talk.locates("老李", "玄真公厕")
    await talk.play("老李 → 移出三个垃圾桶后再看\n小陈 → 列入明年计划")
    assert "备注：移出三个垃圾桶后再看" in (await talk.texts("老李"))[-1]
    assert (await talk.texts("小陈"))[-1].startswith("没看懂“列入明年计划”")


async def test_what_speaks_of_some_list_is_a_note_all_the_same(talk: Talk) -> None:
    await talk.locates("小陈", "玄真公厕")
    await talk.play("小陈 → 缺保洁清单\n小陈 → 🖼 caption 3\n小陈 → 没有物品清单")
    shown = (await talk.texts("小陈"))[-1]
    assert "备注：缺保洁清单" in shown
    assert "没有物品清单" in shown
    await talk.play("小陈 → 清单")
    assert (await talk.texts("小陈"))[-1].startswith("厕所革命 2018 · 14 个点位 · 截至 08-06 08:30\n· 重点监管清单 0")


async def test_a_question_or_a_site_is_no_reason(talk: Talk) -> None:
    await talk.play("办公室 → 列入 重点监管清单 玄真公厕\n办公室 → 未整改 太和\n办公室 → 体育馆五星公厕\n")
    assert entries(talk) == []
    await talk.play("办公室 → 问题多，逾期未整改")
    assert entries(talk) == [("玄真公厕", "问题多，逾期未整改", None)]


@pytest.mark.parametrize("line", ["列入", "/list_add", "/list_add 重点监管清单", "/list_remove"])
async def test_what_is_missing_is_asked_for(talk: Talk, line: str) -> None:
    await talk.play(f"办公室 → {line}")
    said = (await talk.texts("办公室"))[-1]
    assert said.startswith("请写清单、点位和原因")
    assert entries(talk) == []


async def test_what_names_nothing_is_said_so(talk: Talk) -> None:
    await talk.play("办公室 → 列入 重点监管清单 火星 投诉")
    assert (await talk.texts("办公室"))[-1].startswith("没有找到“火星”")
    await talk.play("小陈 → /list_add 重点监管清单 玄真公厕 投诉\n小黄 → 列入 重点监管清单 玄真公厕 投诉")
    assert (await talk.texts("小陈"))[-1].startswith("列入、移出清单由组长和办公室办理")
    assert entries(talk) == []


async def test_in_english(talk: Talk) -> None:
    await talk.play("老李 → 语言 English\n老李 → list key 玄真公厕 complaints again and again")
    assert (await talk.texts("老李"))[-1] == "玄真公厕 is now on Key supervision list: complaints again and again"
    await talk.play("老李 → list key")
    assert (await talk.texts("老李"))[-1].startswith("Key supervision list · 1 site · as of 08-06 08:30")
    await talk.play("老李 → unlist key 玄真公厕\n老李 → all put right\n老李 → key list")
    assert (await talk.texts("老李"))[-1] == "Key supervision list · no sites · as of 08-06 08:30"


async def test_a_rule_may_put_a_site_on_the_list(talk: Talk) -> None:
    """As a ladder does: nobody is told, and it is done once."""
    with talk.drive.database.writing() as session:
        site = session.scalars(select(Site).where(Site.name == "玄真公厕")).one()
        now = talk.drive.now()
        quiet = Incoming("telegram", "1", ChatKind.PRIVATE, Kind.NOTHING, now, now)
        turn = Turn(session, Agency(name="清新区"), now, quiet, "rule")
        assert lists.put_on_list(turn, site, "key", "死灰复燃")
        assert not lists.put_on_list(turn, site, "key", "死灰复燃")
        assert not lists.put_on_list(turn, site, "upgrade", "死灰复燃")  # this campaign has no such list
        assert known_before(session, site.id)["key"] is True
        assert turn.outcome.chats.total() == 0
    await talk.play("办公室 → 列入 重点监管 玄真公厕 投诉")
    assert (await talk.texts("办公室"))[-1] == "玄真公厕 已在 重点监管清单（08-06 起，按规定：死灰复燃）"


async def test_a_site_is_on_a_list_once(talk: Talk) -> None:
    await talk.play(PUT)
    with talk.drive.database.writing() as session:
        first = session.scalars(select(ListEntry)).one()
        assert list_of(session.get_one(Site, first.site_id).campaign, "key") is not None
        again = ListEntry(site_id=first.site_id, code="key", since=first.since + timedelta(days=1))
        session.add(again)
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


async def test_every_campaign_has_a_key_supervision_list(talk: Talk) -> None:
    with talk.drive.database.reading() as session:
        campaign = session.scalars(select(Site).limit(1)).one().campaign
        assert [(each.code, each.name) for each in lists_of(campaign)] == [("key", "重点监管清单")]
        assert "lists" not in campaign.settings
