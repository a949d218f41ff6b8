"""For how long the event loop stands still at most while large photos come in and a large ledger is written."""

import shutil
import signal
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image

from benchmarks import record
from benchmarks.parts import Size
from benchmarks.people import FIRST_PERSON
from benchmarks.programs import NoAnswer, Platform, Program, stopping
from benchmarks.questions.big_record import big_record
from benchmarks.rounds import finish
from benchmarks.rows import Bar, Row, row
from models.database import Database
from models.people import Account, Person, Posting, Role

PIXELS = (5472, 3648)  # 20 million
MONTH = "2018-07"
AT_MOST = Bar(250.0, at_most=True, of_ratio=False)
PATIENCE = 300  # seconds
NOT_HANDED_IN = 1.01  # of the record's checks one in five hundred is not, and not in a ledger


def measure_stall(folder: Path, _prepared: Path, size: Size) -> list[Row]:
    folder.mkdir(parents=True)
    photo, settled = folder / "photo.jpg", folder / "prepared"
    Image.effect_noise(PIXELS, 40).convert("RGB").save(photo, "JPEG", quality=80)
    settled.mkdir()
    _prepare(settled, int(size.export_rows * NOT_HANDED_IN))
    stalls = [_stall(folder / str(number), settled, photo, size) for number in range(size.rounds)]
    name = f"longest stall: {size.photos} photos of 20 megapixels, a ledger of {size.export_rows:,} rows"
    return [
        row(name, "ms", [late for late, _ in stalls], bar=AT_MOST),
        row("processor time of the program in it", "ms", [used for _, used in stalls]),
    ]


def _prepare(folder: Path, checks: int) -> None:
    """All the checks of a big record moved into one month, and somebody who may take them away."""
    shutil.move(big_record(folder, checks), folder / record.FILE)
    with sqlite3.connect(folder / record.FILE) as found:
        found.execute(f"UPDATE checks SET day = '{MONTH}-15' WHERE day IS NOT NULL")
    database, since = Database(f"sqlite:///{folder / record.FILE}"), datetime.now(UTC) - timedelta(days=1)
    with database.writing() as session:
        person = Person(name="办公室", joined_at=since)
        person.postings += [Posting(role=Role.OFFICE, since=since), Posting(role=Role.INSPECTOR, since=since)]
        session.add(Account(channel="telegram", external_id=str(FIRST_PERSON), name="办公室", person=person))
    database.close()


def _stall(folder: Path, prepared: Path, photo: Path, size: Size) -> tuple[float, float]:
    """Milliseconds, and how many of them the program was at work itself."""
    folder.mkdir()
    platform = Platform(
        folder / "platform.log", "--heavy", str(size.photos), "--photo", str(photo), "--ledger", f"导出 {MONTH}",
        "--patience", str(PATIENCE),
    )  # fmt: skip
    config, seen = record.settle_in(prepared, folder, platform.url), folder / "stall"
    bot = Program(folder / "bot.log", "benchmarks.probed", str(seen), "run", "--config", str(config))
    with stopping(bot, platform):
        try:
            platform.tells("began", bot)
            bot.signal(signal.SIGUSR1)
            platform.tells("ended", bot)
            finish(bot, lambda: record.still_to_do(folder))
            bot.signal(signal.SIGUSR2)
            until = time.monotonic() + PATIENCE
            while not seen.exists():
                if bot.ended or time.monotonic() > until:
                    raise NoAnswer("the probe wrote nothing")
                time.sleep(0.05)
        except NoAnswer as error:
            raise NoAnswer(f"{error}\n{bot.said()[-2000:]}") from None
    late, used = map(float, seen.read_text().split())
    return late, used
