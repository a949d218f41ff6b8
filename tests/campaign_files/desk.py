"""Where somebody imports a folder into a record, and what the terminal said."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from bot.importing import Exit, Terminal, import_folder
from models.campaigns import Campaign
from models.database import Database, open_database
from models.places import Site
from tests.campaign_files.folders import copy
from tests.stage.records import copy_empty

NOW = datetime(2018, 8, 1, tzinfo=UTC)


class Desk:
    """Imports a folder into a record and keeps what the terminal said."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder, self.database, self.said = folder, database, list[str]()
        self.questions: list[str] = []

    def imports(self, language: str = "zh", answer: str = "", **options: object) -> Exit:
        def ask(question: str) -> str:
            self.questions.append(question)
            return answer

        self.said.clear()
        terminal = Terminal(self.said.append, ask, language, **{"yes": True, **options})
        return import_folder(self.folder, self.database, lambda: NOW, terminal)

    def refuses(self, zh: str, en: str) -> None:
        """Refused in both languages, and the record is as it was."""
        before = self.count(Campaign), self.count(Site)
        for language, words in (("zh", zh), ("en", en)):
            assert self.imports(language) is Exit.MISTAKES
            said = "\n".join(self.said)
            assert words in said
            assert "{" not in said.replace("{id}", "")
        assert (self.count(Campaign), self.count(Site)) == before

    def count(self, kind: type[Campaign] | type[Site]) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count(kind.id))) or 0


def empty_desk(folder: Path) -> Desk:
    copy_empty(folder / "record.db")
    return Desk(copy(folder), open_database(f"sqlite:///{folder / 'record.db'}"))
