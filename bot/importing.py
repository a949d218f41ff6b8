"""The import command: reads a campaign's folder, shows in plain words what would change, asks, and records it."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.campaign_files import CampaignFileErrors, notice_text, read_campaign
from bot.campaign_files.against_record import check_not_over, refused_errors
from bot.campaign_files.import_texts import TEXTS
from handlers import shrinking
from handlers.agency import Agency
from handlers.moments import quiet_turn
from models.campaign_import import (
    Action,
    Change,
    Changes,
    ImportRefused,
    Part,
    RecordMoved,
    apply,
    consent,
    plan_changes,
)
from models.campaign_plan import CampaignPlan
from models.campaigns import Campaign
from models.database import Database

NAMES_SHOWN = 10
YES = frozenset({"y", "yes", "是", "ｙ"})


class Exit(IntEnum):
    DONE = 0
    MISTAKES = 1
    DECLINED = 3
    WAITING = 4  # for a second person


@dataclass(frozen=True)
class Terminal:
    """Where the command talks, in which language, and what was answered beforehand on the command line."""

    say: Callable[[str], None] = print
    ask: Callable[[str], str] = input
    language: str = "zh"
    yes: bool = False
    by: str = ""
    encoding: str = ""
    past: bool = False

    def text(self, key: str, **blanks: object) -> str:
        return TEXTS[self.language][key].format(**blanks)

    def agrees(self, question: str) -> bool:
        """Nobody there to answer is the same as no."""
        try:
            return self.ask(question).strip().casefold() in YES
        except EOFError:
            return False


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="文件夹，内有 campaign.toml 和 sites.csv / folder with the two files")
    parser.add_argument("--positions", help="另一份坐标表 / a further sheet with positions, in the same folder")
    parser.add_argument("--yes", action="store_true", help="不再询问 / do not ask")
    parser.add_argument("--by", default="", help="谁在导入：姓名 / who imports: a name, for a list that shrinks")
    parser.add_argument(
        "--encoding", default="", help="确认文件的编码 / the encoding of the files, if they do not say it"
    )
    parser.add_argument("--past", action="store_true", help="行动已结束，仍要导入 / import a campaign that is over")
    parser.add_argument("--language", choices=sorted(TEXTS), default="zh", help="语言 / language")


def run(options: Namespace, database: Database, now: Callable[[], datetime]) -> Exit:
    """The command with what was given on the command line; see `import_folder`."""
    given = {name: getattr(options, name) for name in ("language", "yes", "by", "encoding", "past")}
    terminal = Terminal(**given)
    return import_folder(options.folder, database, now, terminal, options.positions)


def import_folder(
    folder: Path, database: Database, now: Callable[[], datetime], terminal: Terminal, positions: str | None = None
) -> Exit:
    """Everything or nothing. `now` gives aware times."""
    try:
        plan = read_campaign(folder, positions)
        return _Import(plan, folder, database, now, terminal).run()
    except CampaignFileErrors as mistakes:
        terminal.say(terminal.text("mistakes", count=len(mistakes.errors)))
        terminal.say(mistakes.text(terminal.language))
    except ImportRefused as refused:
        terminal.say(terminal.text("refused"))
        for error in refused_errors(folder, refused):
            terminal.say(error.text(terminal.language))
    return Exit.MISTAKES


@dataclass(frozen=True)
class _Import:
    """One run of the command, once the files have been read."""

    plan: CampaignPlan
    folder: Path
    database: Database
    now: Callable[[], datetime]
    terminal: Terminal

    def run(self) -> Exit:
        """What was shown is what is done: if the record moves while somebody thinks, it is shown again."""
        terminal = self.terminal
        shown = self.database.write(self._changes)
        while True:
            for line in told(shown, terminal):
                terminal.say(line)
            if shown.nothing:
                return Exit.DONE
            if not self._confirmed():
                return Exit.DECLINED
            try:
                with self.database.writing() as session:
                    done = self._write(session, shown)
                break
            except RecordMoved:
                terminal.say(terminal.text("moved"))
                shown = self.database.write(self._changes)
        if done is Exit.DONE:
            terminal.say(terminal.text("done"))
        return done

    def _changes(self, session: Session) -> Changes:
        changes = plan_changes(session, self.plan)
        check_not_over(session, self.plan, self.folder, self.now(), self.terminal.past)
        return changes

    def _confirmed(self) -> bool:
        terminal = self.terminal
        guessed = {n.args["encoding"] for n in self.plan.notices if n.code == "encoding_guessed"}
        for encoding in sorted(guessed - {terminal.encoding.upper()}):
            # --yes was given before anybody saw what the bytes were taken for.
            if not terminal.agrees(terminal.text("ask_encoding", encoding=encoding)):
                terminal.say(terminal.text("encoding_declined", encoding=encoding))
                return False
        if terminal.yes or terminal.agrees(terminal.text("ask")):
            return True
        terminal.say(terminal.text("declined"))
        return False

    def _write(self, session: Session, changes: Changes) -> Exit:
        if not consent.needs_consent(changes):
            apply(session, self.plan, self.now(), expected=changes)
            return Exit.DONE
        campaign = session.scalars(select(Campaign).filter_by(code=self.plan.code)).one()
        asked = consent.find(session, campaign, changes, self.now())
        if asked is not None and asked.decision:
            apply(session, self.plan, self.now(), asked, changes)
            return Exit.DONE
        if asked is None:
            return self._ask(session, campaign, changes)
        name = asked.decider.name if asked.decider else ""
        key = "shrink_waiting" if asked.decision is None else "shrink_declined"
        self.terminal.say(self.terminal.text(key, closing=asked.count, name=name))
        return Exit.WAITING if asked.decision is None else Exit.DECLINED

    def _ask(self, session: Session, campaign: Campaign, changes: Changes) -> Exit:
        """A second administrator is asked in chat; until one has agreed, nothing is written."""
        terminal, now = self.terminal, self.now()
        said = {
            "closing": len(changes.closing),
            "before": changes.sites_before,
            "share": round(100 * changes.shrink),
        }
        terminal.say(terminal.text("shrink", **said))
        people = consent.askers(session, terminal.by, now) if terminal.by else []
        if len(people) != 1:
            key = "by_missing" if not terminal.by else "by_several" if people else "by_unknown"
            terminal.say(terminal.text(key, name=terminal.by))
            return Exit.DECLINED
        if not consent.deciders(session, people[0], now):
            terminal.say(terminal.text("nobody_else"))
            return Exit.DECLINED
        asked = consent.ask(session, campaign, changes, people[0], now)
        turn = quiet_turn(session, Agency(), now, "", "", f"import:{asked.number}", people[0])
        names = terminal.text("comma").join(person.name for person in shrinking.ask(turn, asked))
        terminal.say(terminal.text("shrink_asked", names=names))
        return Exit.WAITING


def told(changes: Changes, terminal: Terminal) -> Iterator[str]:
    """The changes in plain words, part by part, with the names of what is touched."""
    yield terminal.text("new" if changes.is_new else "known", name=changes.campaign)
    for part in Part:
        for action in Action:
            rows = [row for row in changes.rows if (row.part, row.action) == (part, action)]
            if rows:
                yield _row(part, action, rows, terminal)
    if changes.nothing:
        yield terminal.text("nothing")
    for flag in changes.flags:
        yield terminal.text("flag", text=notice_text(flag, terminal.language))


def _row(part: Part, action: Action, rows: list[Change], terminal: Terminal) -> str:
    comma = terminal.text("comma")
    names = comma.join(_name(row, terminal) for row in rows[:NAMES_SHOWN])
    if len(rows) > NAMES_SHOWN:
        names = terminal.text("names_more", names=names)
    words = {"part": terminal.text(f"part.{part}"), "action": terminal.text(f"action.{action}")}
    return terminal.text("row", count=len(rows), names=names, **words)


def _name(row: Change, terminal: Terminal) -> str:
    if not row.fields:
        return row.name
    return terminal.text("fields", name=row.name, fields=terminal.text("comma").join(row.fields))
