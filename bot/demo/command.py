"""What `make demo` does: sets the stage, says where the page is, and waits; or plays the dialogues by itself."""

import asyncio
import contextlib
import logging
import signal
import tempfile
from pathlib import Path

from bot import logs
from bot.demo.places import places
from bot.demo.script import Act, Clock, Expect, Line, Program, Scene
from bot.demo.stage import Mismatch, Stage
from bot.demo.world import DemoWorld

log = logging.getLogger(__name__)
CAST = Path(__file__).parent / "cast.txt"
DIALOGUES = Path(__file__).parents[2] / "tests" / "dialogues"
SHOWN_SECONDS = 1.6
START = Path(__file__).parent / "start.txt"

HELLO = """
  巡查 Xuncha — 演示 / demo

  打开 / open   {url}/

  专项行动 / campaign   厕所革命 2018（清新府办〔2018〕24号、40号）：32 个点位，13 项检查
  人 / people           管理员 · 小陈（太和镇巡查员）· 小黄（三坑镇巡查员）· 办公室 · 老李（组长）
  群 / group            太和镇厕所革命群
  时间 / clock          2018-08-06 08:30，可在页面右上角移到 18:00 或明天 / movable at the top of the page

  试试 / try    以小陈的身份点“📍 检查”选一个点位，发两张照片，点 ✅ / as 小陈: 📍, two photos, ✅
                以办公室的身份打“厕所 进度” / as 办公室 type “厕所 进度”

  Ctrl-C 结束 / to stop
"""


def demo(port: int, script: bool, pace: float, keep: Path | None) -> int:
    logs.set_up("WARNING")
    try:
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            return asyncio.run(_demo(keep, port, script, pace))
        with tempfile.TemporaryDirectory(prefix="xuncha-demo-") as folder:
            return asyncio.run(_demo(Path(folder), port, script, pace))
    except KeyboardInterrupt:
        return 0


async def _demo(folder: Path, port: int, script: bool, pace: float) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if not script:
        return await _stay(folder, port, stop)
    playing = asyncio.create_task(_play_all(folder, port, pace))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({playing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    playing.cancel()  # does nothing to a play that has ended
    stopping.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        return await playing
    return 0


async def _stay(folder: Path, port: int, stop: asyncio.Event) -> int:
    """The cast on the stage, then the page is the visitor's."""
    world = await DemoWorld.open(folder, port)
    try:
        await Stage(world, places()).play(CAST)
        await Stage(world, places()).play(START)
        print(HELLO.format(url=world.running.url), flush=True)
        await stop.wait()
    finally:
        await world.close()
    return 0


async def _play_all(folder: Path, port: int, pace: float) -> int:
    """Every dialogue on a world of its own, in the terminal and, for who has it open, on the page."""
    dialogues = sorted(path for path in DIALOGUES.glob("[0-9]*.txt"))
    if not dialogues:
        print(f"no dialogues in {DIALOGUES}: they come with the source")
        return 1
    failed = 0
    for path in dialogues:
        own = folder / path.stem
        own.mkdir()
        world = await DemoWorld.open(own, port)
        title = path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
        print(f"\n━━━ {title}   {world.running.url}/?follow", flush=True)
        try:
            await Stage(world, places(), watch=Watcher(world, pace)).play(path)
        except Mismatch as mismatch:
            failed += 1
            print(f"✗ {mismatch}", flush=True)
        finally:
            await world.close()
    print(
        f"\n{len(dialogues) - failed} of {len(dialogues)} dialogues went as written"
        if failed
        else "\n都如剧本 / all as written"
    )
    return 1 if failed else 0


class Watcher:
    """Prints each line before it is played, turns the page to who acts, and leaves time to read."""

    def __init__(self, world: DemoWorld, pace: float) -> None:
        self._world = world
        self._pace = max(pace, 0.1)

    async def __call__(self, line: Line) -> None:
        step = line.step
        if isinstance(step, Scene):
            print(f"\n  ── {step.title}", flush=True)
            return
        print(f"  {line.text}", flush=True)
        if isinstance(step, Expect):
            for shown in step.lines:
                print(f"      │ {shown}", flush=True)
        if isinstance(step, Act | Expect):
            self._turn_page(step)
        if isinstance(step, Act | Expect | Clock | Program):
            await asyncio.sleep(SHOWN_SECONDS / self._pace)

    def _turn_page(self, step: Act | Expect) -> None:
        world = self._world.running.world
        people = {person.first_name: person.id for person in world.people.values()}
        groups = {chat.title: chat.id for chat in world.chats.values() if chat.title}
        who = step.who if isinstance(step, Act) else step.chat
        person = people.get(who)
        if person is None and who in groups:
            members = world.chats[groups[who]].members
            person = next(iter(members), None)
        if person is not None:
            chat = groups.get(step.chat, person) if step.chat else person
            world.tell("spotlight", person=person, chat=chat)
