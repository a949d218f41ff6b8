"""The import command as the person at the terminal meets it."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.campaign_files.import_texts import EN, ZH
from bot.importing import Exit, Terminal, add_arguments, import_folder, run
from models.campaigns import Campaign
from models.database import Database, open_database
from models.places import Site
from tests.campaign_files.folders import copy, spoil
from tests.campaign_files.test_texts import fields


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'record.db'}")
    yield opened
    opened.close()


class Clerk:
    """Answers in turn; whoever has no answer left has closed the terminal."""

    def __init__(self, database: Database, *answers: str, **options: object) -> None:
        self.database, self.answers, self.said = database, list(answers), list[str]()
        self.terminal = Terminal(say=self.said.append, ask=self.ask, **options)

    def ask(self, question: str) -> str:
        self.said.append(question)
        if not self.answers:
            raise EOFError
        return self.answers.pop(0)

    def imports(self, folder: Path) -> Exit:
        return import_folder(folder, self.database, lambda: datetime(2018, 8, 1, tzinfo=UTC), self.terminal)

    def open_sites(self) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count(Site.id)).where(Site.closed_at.is_(None))) or 0


def without_sites(folder: Path, count: int) -> None:
    path = folder / "sites.csv"
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:-count]), encoding="utf-8")


def test_shown_asked_and_written(database: Database, tmp_path: Path) -> None:
    clerk, folder = Clerk(database, "y"), copy(tmp_path)
    assert clerk.imports(folder) is Exit.DONE
    assert clerk.said[0] == "厕所革命 2018（新的专项行动）"
    assert "  场所类别新增 3：中心城区、镇级、旅游" in clerk.said
    assert any(line.startswith("  点位新增 32：C01 体育馆五星公厕、") and line.endswith(" 等") for line in clerk.said)
    assert any("日历上没有「2018年11月31日前」这一天" in line for line in clerk.said)
    assert clerk.said[-2:] == ["写入记录？[y/N] ", "已写入。"]
    assert clerk.open_sites() == 32


@pytest.mark.parametrize("answers", [("n",), ("",), ()])
def test_anything_but_yes_writes_nothing(database: Database, tmp_path: Path, answers: tuple[str, ...]) -> None:
    clerk = Clerk(database, *answers)
    assert clerk.imports(copy(tmp_path)) is Exit.DECLINED
    assert clerk.said[-1] == "没有写入。"
    assert clerk.open_sites() == 0


def test_the_second_time_there_is_nothing_to_ask(database: Database, tmp_path: Path) -> None:
    folder = copy(tmp_path)
    Clerk(database, yes=True).imports(folder)
    clerk = Clerk(database, language="en")
    assert clerk.imports(folder) is Exit.DONE
    assert clerk.said[:2] == [
        "厕所革命 2018 (known, to be updated)",
        "The record says the same already; nothing to change.",
    ]


def test_a_fifth_or_less_is_asked_once(database: Database, tmp_path: Path) -> None:
    folder = copy(tmp_path)
    Clerk(database, yes=True).imports(folder)
    without_sites(folder, 6)
    clerk = Clerk(database, yes=True)
    assert clerk.imports(folder) is Exit.DONE
    assert clerk.open_sites() == 26


def test_mistakes_are_listed_and_nothing_is_written(database: Database, tmp_path: Path) -> None:
    folder = copy(tmp_path)
    line = spoil(folder, 'kind = "片区"', 'kind = "偏区"')
    clerk = Clerk(database, yes=True, language="en")
    assert clerk.imports(folder) is Exit.MISTAKES
    assert clerk.said[0] == "There are 1 mistakes in the files; nothing was written:"
    assert clerk.said[1].startswith(f'campaign.toml line {line} area[10].kind: "偏区" is not')
    assert clerk.open_sites() == 0


def test_what_moves_while_somebody_thinks_is_shown_again(database: Database, tmp_path: Path) -> None:
    folder = copy(tmp_path)
    Clerk(database, yes=True).imports(folder)
    spoil(folder, "radius_m = 150", "radius_m = 200")

    class Slow(Clerk):
        def ask(self, question: str) -> str:
            if not self.said.count(ZH["moved"]):
                with self.database.writing() as session:
                    session.scalars(select(Campaign)).one().photos_required = 3
            return super().ask(question)

    clerk = Slow(database, "y", "y")
    assert clerk.imports(folder) is Exit.DONE
    assert [line for line in clerk.said if "专项行动改动" in line] == [
        "  专项行动改动 1：厕所革命 2018（radius_m）",
        "  专项行动改动 1：厕所革命 2018（radius_m、photos_required）",
    ]


def test_the_command_line(database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = ArgumentParser()
    add_arguments(parser)
    options = parser.parse_args([str(copy(tmp_path)), "--yes", "--language", "en", "--positions", "demo_positions.csv"])
    assert run(options, database, lambda: datetime(2018, 8, 1, tzinfo=UTC)) is Exit.DONE
    assert capsys.readouterr().out.endswith("\nWritten.\n")
    with database.reading() as session:
        assert session.scalars(select(Site.latitude).filter_by(code="C01")).one() == 23.7338


def test_both_languages_say_the_same() -> None:
    assert {key: fields(text) for key, text in ZH.items()} == {key: fields(text) for key, text in EN.items()}
