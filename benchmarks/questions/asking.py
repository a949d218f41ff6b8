"""The questions, asked with the very functions the conversations use, and timed."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy.orm import Session

from benchmarks.questions.agency import TODAY
from benchmarks.questions.big_record import big_record
from bot import deliveries
from handlers import asking, day_cards, digests, moments, progress_answers
from handlers.agency import Agency
from handlers.day_cards import bounds
from handlers.moments import quiet_turn
from handlers.questions import Intent, Question
from handlers.turn import Turn
from models import rights
from models.campaigns import Campaign
from models.database import Database, open_database
from models.figures import day_figures
from models.people import GroupChat, Person
from models.rules.geofence import Point
from models.search import SiteIndex, site_index
from models.sites import known_before, nearest_sites, planned_sites

FOLDER = Path(__file__).parents[2] / "build" / "questions"
NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 10, 5, tzinfo=UTC)  # five past six in the evening, in the district
AGENCY = Agency(name="清新区")
DIGEST_BAR, NEAREST_BAR, SEARCH_BAR = 25.0, 1.0, 40.0  # milliseconds
PLACED, NAMED = 100_000, 20_000
WARM_UP, TIMES = 3, 15

Ask = Callable[[Session], object]


@dataclass(frozen=True, slots=True)
class Answered:
    """`ms`: the quickest of some rounds, milliseconds, since whatever else the machine does can only add to it.

    `most`: what it must not exceed, None where nothing is demanded.
    """

    name: str
    ms: float
    most: float | None = None

    @property
    def met(self) -> bool | None:
        return self.ms <= self.most if self.most is not None else None


@dataclass(frozen=True, slots=True)
class Growth:
    """A record of that size: its bytes on disk, and what was asked of it."""

    checks: int
    size: int
    answers: tuple[Answered, ...]


def measure_questions(checks: int = 1_000_000, folder: Path = FOLDER) -> list[Answered]:
    """Of a record with so many checks; and of the sites: the nearest of 100,000, a name among 20,000."""
    return [*measure_growth(checks, folder).answers, *measure_places(folder)]


def growth(sizes: Sequence[int], folder: Path = FOLDER) -> list[Growth]:
    return [measure_growth(size, folder) for size in sizes]


def measure_growth(checks: int, folder: Path = FOLDER) -> Growth:
    path = big_record(folder, checks)
    with _opened(path) as database:
        answers = tuple(_timed(database, name, ask, most) for name, ask, most in _of_the_record())
    return Growth(checks, path.stat().st_size, answers)


def measure_places(folder: Path = FOLDER) -> list[Answered]:
    with _opened(big_record(folder, 0, PLACED)) as database:
        answers = [_timed(database, f"nearest site among {PLACED:,}", _nearest(), NEAREST_BAR)]
    with _opened(big_record(folder, 0, NAMED)) as database, database.reading() as session:
        index = site_index(session)
        answers += [
            _timed(database, f"{name} among {NAMED:,}", _search(index, typed), SEARCH_BAR)
            for name, typed in SEARCHES.items()
        ]
    return answers


def table(grown: Sequence[Growth]) -> str:
    """Markdown: a line for each question, a column for each size."""
    lines = ["| | " + " | ".join(f"{each.checks:,} checks" for each in grown) + " |", "|---" * (len(grown) + 1) + "|"]
    for n, answer in enumerate(grown[0].answers):
        lines.append(f"| {answer.name}, ms | " + " | ".join(f"{each.answers[n].ms:.1f}" for each in grown) + " |")
    lines.append("| the file, MB | " + " | ".join(f"{each.size / 1e6:,.1f}" for each in grown) + " |")
    return "\n".join(lines)


@contextmanager
def _opened(path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{path}")
    try:
        yield database
    finally:
        database.close()


def _timed(database: Database, name: str, ask: Ask, most: float | None) -> Answered:
    """Each time in a session of its own, as a turn has it, and taken back at the end."""
    took = []
    for _ in range(WARM_UP + TIMES):
        with database.reading() as session:
            began = time.perf_counter()
            ask(session)
            took.append(time.perf_counter() - began)
            session.rollback()
    return Answered(name, min(took[WARM_UP:]) * 1000, most)


# what is asked


def _of_the_record() -> list[tuple[str, Ask, float | None]]:
    return [
        ("a digest's figures, the whole district", lambda s: _digest_figures(s, 1), DIGEST_BAR),
        ("a digest's figures, one town", lambda s: _digest_figures(s, 2), DIGEST_BAR),
        ("the card of a group's day", _day_card, None),
        ("「进度」, the whole district", lambda s: _progress(s, Question(intent=Intent.PROGRESS)), None),
        ("「各镇进度」", lambda s: _progress(s, Question(intent=Intent.PROGRESS, by_area=True)), None),
        ("「本周」", lambda s: progress_answers.today(_turn(s), Question(intent=Intent.WEEK)), None),
        ("「未整改」", lambda s: asking.respond(_turn(s), Question(intent=Intent.OPEN), ""), None),
        ("what is known of a site before a check", lambda s: known_before(s, 7), None),
        ("sites that are due, of one inspector", _planned, None),
        ("whether anything is due (every second)", lambda s: moments.anything_due(s, AGENCY, NOW), None),
        ("what is to be sent (every second)", lambda s: deliveries.next_due_at(s, "telegram"), None),
    ]


def _group(session: Session, number: int) -> tuple[GroupChat, Campaign]:
    return session.get_one(GroupChat, number), session.get_one(Campaign, 1)


def _group_turn(session: Session, group: GroupChat) -> Turn:
    return quiet_turn(session, AGENCY, NOW, group.channel, group.external_id, "digest", group=group)


def _digest_figures(session: Session, number: int) -> object:
    """All that a digest needs of the record, down to its words."""
    group, campaign = _group(session, number)
    granted = rights.scope_of_group(session, group)
    figures = day_figures(session, 1, granted, TODAY, bounds(AGENCY, TODAY))
    return digests.digest_reply(_group_turn(session, group), group, campaign, figures, TODAY, resent=False)


def _day_card(session: Session) -> object:
    group, campaign = _group(session, 1)
    return day_cards.day_reply(_group_turn(session, group), group, campaign, TODAY)


def _turn(session: Session) -> Turn:
    """A question in the district's own group."""
    return _group_turn(session, session.get_one(GroupChat, 1))


def _progress(session: Session, question: Question) -> None:
    progress_answers.progress(_turn(session), question)


def _planned(session: Session) -> object:
    person = session.get_one(Person, 100)
    return planned_sites(session, rights.scopes(session, person, NOW, rights.INSPECTS), TODAY + timedelta(days=1))


def _nearest() -> Ask:
    """Somewhere else each time."""
    places = (Point(23.0 + n * 0.31 % 1.4, 112.2 + n * 0.47 % 1.5) for n in count())
    return lambda session: nearest_sites(session, [rights.Scope()], next(places))


SEARCHES = {
    "a name": "太和东岗市场公厕",
    "a part of a name": "东岗",
    "a name with a slip": "太和东钢市厂公厕",
    "pinyin": "taihedong",
    "initials": "thdgsc",
    "no site's name": "今天天气不错",
}


def _search(index: SiteIndex, typed: str) -> Ask:
    return lambda _: index.search(typed)
