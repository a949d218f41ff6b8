"""The import command: reads a campaign's folder, shows in plain words what would change, asks, and records it."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from pathlib import Path

from bot.campaign_files import CampaignFileErrors, notice_text, read_campaign
from bot.campaign_files.import_texts import TEXTS
from models.campaign_import import Action, Change, Changes, ImportRefused, Part, apply, plan_changes
from models.campaign_plan import CampaignPlan
from models.database import Database

NAMES_SHOWN = 10
# A list that loses more than a fifth of its sites is more often a wrong file than a wish.
MOST_SHRINK = 0.2


class Exit(IntEnum):
    DONE = 0
    MISTAKES = 1
    DECLINED = 3


@dataclass(frozen=True)
class Terminal:
    """Where the command talks, in which language, and what was answered beforehand on the command line."""

    say: Callable[[str], None] = print
    ask: Callable[[str], str] = input
    language: str = "zh"
    yes: bool = False
    closing: int | None = None

    def text(self, key: str, **blanks: object) -> str:
        return TEXTS[self.language][key].format(**blanks)

    def answer(self, question: str) -> str:
        """Nobody there to answer is the same as no."""
        try:
            return self.ask(question).strip()
        except EOFError:
            return ""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="文件夹，内有 campaign.toml 和 sites.csv / folder with the two files")
    parser.add_argument("--positions", help="另一份坐标表 / a further sheet with positions, in the same folder")
    parser.add_argument("--yes", action="store_true", help="不再询问 / do not ask")
    parser.add_argument("--closing", type=int, help="确认停用的点位数 / how many sites may be closed without asking")
    parser.add_argument("--language", choices=sorted(TEXTS), default="zh", help="语言 / language")


def run(options: Namespace, database: Database, now: Callable[[], datetime]) -> Exit:
    """The command with what was given on the command line; see `import_folder`."""
    terminal = Terminal(language=options.language, yes=options.yes, closing=options.closing)
    return import_folder(options.folder, database, now, terminal, options.positions)


def import_folder(
    folder: Path, database: Database, now: Callable[[], datetime], terminal: Terminal, positions: str | None = None
) -> Exit:
    """Everything or nothing. `now` gives aware times."""
    try:
        plan = read_campaign(folder, positions)
        return _confirm_and_apply(plan, database, now, terminal)
    except CampaignFileErrors as mistakes:
        terminal.say(terminal.text("mistakes", count=len(mistakes.errors)))
        terminal.say(mistakes.text(terminal.language))
    except ImportRefused as refused:
        terminal.say(terminal.text(refused.code, **refused.blanks))
    return Exit.MISTAKES


def _confirm_and_apply(plan: CampaignPlan, database: Database, now: Callable[[], datetime], terminal: Terminal) -> Exit:
    """What was shown is what is done: if the record moves while somebody thinks, it is shown again."""
    shown = database.write(lambda session: plan_changes(session, plan))
    while True:
        for line in told(shown, terminal):
            terminal.say(line)
        if shown.nothing:
            return Exit.DONE
        if not _confirmed(shown, terminal):
            return Exit.DECLINED
        with database.writing() as session:
            changes = plan_changes(session, plan)
            if changes == shown:
                apply(session, plan, now())
                break
        shown = changes
        terminal.say(terminal.text("moved"))
    terminal.say(terminal.text("done"))
    return Exit.DONE


def _confirmed(changes: Changes, terminal: Terminal) -> bool:
    if not terminal.yes and terminal.answer(terminal.text("ask")).casefold() not in {"y", "yes", "是", "ｙ"}:
        terminal.say(terminal.text("declined"))
        return False
    closing = len(changes.closing)
    if changes.shrink <= MOST_SHRINK or terminal.closing == closing:
        return True
    share = round(changes.shrink * 100)
    question = terminal.text("shrink", closing=closing, before=changes.sites_before, share=share)
    if terminal.answer(question) == str(closing):
        return True
    terminal.say(terminal.text("shrink_refused", closing=closing))
    return False


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
