"""The stage a dialogue is played on: people of the emulator, driven over its control page, and the chats they see."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.demo.places import CAMPAIGNS, POSITIONS, places
from bot.demo.script import Act, Bring, Cast, Clock, Expect, Line, Program, Scene, matches, read_script, shown_lines

METRES_PER_DEGREE = 111_320.0
FIRST_ID = 1001


class Drive(Protocol):
    """What a stage needs of the world it drives; over HTTP, or in the same process."""

    async def act(self, given: dict[str, Any]) -> Any: ...

    async def state(self) -> dict[str, Any]: ...

    async def calls(self) -> list[dict[str, Any]]: ...

    async def settle(self) -> None: ...

    async def program(self, what: str) -> None: ...

    async def bring(self, campaign: Path, positions: str) -> None: ...


class Mismatch(AssertionError):
    """A chat does not show what the dialogue says."""


@dataclass
class Stage:
    """`places`: positions of sites by name; `codes`: what their QR codes open. `patience`: seconds to wait."""

    drive: Drive
    places: dict[str, tuple[float, float]]
    patience: float = 5.0
    people: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    _photos: int = 0
    _seen: dict[int, int] = field(default_factory=dict)
    watch: Callable[[Line], Awaitable[None]] | None = None

    async def play(self, path: Path) -> None:
        for line in read_script(path):
            if self.watch is not None:
                await self.watch(line)
            try:
                await self._do(line)
            except Mismatch as mismatch:
                raise Mismatch(f"{path.name}:{line.number}: {line.text}\n{mismatch}") from None

    async def _do(self, line: Line) -> None:
        step = line.step
        if isinstance(step, Clock):
            await self._move_clock(step)
        elif isinstance(step, Cast):
            await self._introduce(step)
        elif isinstance(step, Act):
            await self._act(step)
        elif isinstance(step, Expect):
            await self._expect(step)
        elif isinstance(step, Program):
            await self.drive.program(step.what)
        elif isinstance(step, Bring):
            folder = CAMPAIGNS / step.campaign
            self.places |= places(folder, POSITIONS)
            await self.drive.bring(folder, POSITIONS)
            await self.drive.settle()
        elif isinstance(step, Scene):
            self._seen = {
                chat["id"]: max((m["id"] for m in chat["messages"]), default=0)
                for chat in (await self.drive.state())["chats"]
            }

    async def _move_clock(self, step: Clock) -> None:
        if step.to is not None:
            await self.drive.act({"do": "clock", "to": _epoch(step.to, self.zone)})
        elif step.by is not None:
            await self.drive.act({"do": "clock", "by": step.by.total_seconds()})
        await self.drive.settle()

    async def _introduce(self, step: Cast) -> None:
        for name in step.people:
            if name not in self.people:
                person = await self.drive.act(
                    {"do": "add_person", "id": FIRST_ID + len(self.people), "name": name, "language": "zh-hans"}
                )
                self.people[name] = person["id"]
        if step.group:
            members = [self.people[name] for name in step.people]
            admins = [self.people[name] for name in step.administrators]
            chat = await self.drive.act({"do": "add_group", "title": step.group, "members": members, "admins": admins})
            self.groups[step.group] = chat["id"]
            adder = admins[0] if admins else members[0]
            await self.drive.act({"do": "add_bot", "as": adder, "chat": chat["id"]})
            await self.drive.settle()

    # acting

    async def _act(self, step: Act) -> None:
        who = self.people[step.who]
        chat = self.groups[step.chat] if step.chat else who
        given: dict[str, Any] = {"as": who, "chat": chat}
        if step.what == "text":
            given |= {"do": "send_text", "text": step.text} | await self._replying(chat, step)
        elif step.what == "location":
            latitude, longitude = self._near(step.site, step.metres)
            given |= {"do": "send_location", "latitude": latitude, "longitude": longitude, "horizontal_accuracy": 12}
        elif step.what == "photos":
            given |= await self._photo_act(chat, step)
        elif step.what == "tap":
            given |= await self._tap_act(chat, step)
        elif step.what == "open":
            given |= {"do": "start", "payload": await self._latest_link()}
        elif step.what == "scan":
            given |= {"do": "start", "payload": f"s_{self.codes[step.site]}"}
        elif step.what == "edit":
            given |= {
                "do": "edit_text",
                "message_id": await self._own_message(who, chat, step.reply_to),
                "text": step.text,
            }
        elif step.what in {"offline", "online"}:
            given |= {"do": step.what, "order": step.text, "seed": 7}
        elif step.what in {"blocks", "unblocks"}:
            given |= {"do": step.what.removesuffix("s")}
        await self.drive.act(given)
        await self.drive.settle()

    async def _replying(self, chat: int, step: Act) -> dict[str, Any]:
        if not step.reply_to:
            return {}
        return {"reply_to": await self._message_with(chat, step.reply_to)}

    def _near(self, site: str, metres: float) -> tuple[float, float]:
        latitude, longitude = self.places[site]
        return latitude + metres / METRES_PER_DEGREE, longitude

    async def _photo_act(self, chat: int, step: Act) -> dict[str, Any]:
        samples = (await self.drive.state())["samples"]
        names = []
        for _ in range(step.count):
            sample = samples[self._photos % len(samples)]
            names.append(f"sample:{sample['name'] if isinstance(sample, dict) else sample}")
            self._photos += 1
        replying = await self._replying(chat, step)
        if step.count == 1:
            return {"do": "send_photo", "file": names[0], "caption": step.text} | replying
        return {"do": "send_album", "files": [{"file": name} for name in names], "caption": step.text} | replying

    async def _tap_act(self, chat: int, step: Act) -> dict[str, Any]:
        """The newest message with such a button; or the one with the words named, even if its button is gone by now."""
        for message in reversed(await self._messages(chat)):
            if step.reply_to and step.reply_to not in message["text"]:
                continue
            for button in (button for row in message["buttons"] for button in row):
                if button["text"].startswith(step.text):
                    return {"do": "tap", "message_id": message["id"], "data": button["data"]}
        raise Mismatch(f"no button {step.text!r} to be seen; there are: " + "; ".join(await self._labels(chat)))

    async def _labels(self, chat: int) -> list[str]:
        return [
            button["text"] for message in await self._messages(chat) for row in message["buttons"] for button in row
        ]

    async def _latest_link(self) -> str:
        state = await self.drive.state()
        messages = [message for chat in state["chats"] for message in chat["messages"] if "?start=" in message["text"]]
        if not messages:
            raise Mismatch("nobody has been given a link")
        newest = max(messages, key=lambda message: message["id"])
        return str(newest["text"].split("?start=")[1].split()[0])

    async def _message_with(self, chat: int, words: str) -> int:
        for message in reversed(await self._messages(chat)):
            if words in message["text"]:
                return int(message["id"])
        raise Mismatch(f"no message with {words!r}")

    async def _own_message(self, who: int, chat: int, words: str) -> int:
        for message in reversed(await self._messages(chat)):
            if message["from"] == who and words in message["text"]:
                return int(message["id"])
        raise Mismatch(f"no message of one's own with {words!r}")

    async def _messages(self, chat: int) -> list[dict[str, Any]]:
        for found in (await self.drive.state())["chats"]:
            if found["id"] == chat:
                return list(found["messages"])
        return []

    # expecting

    def _chat_of(self, name: str) -> int:
        if name in self.groups:
            return self.groups[name]
        if name not in self.people:
            raise Mismatch(f"nobody here is called {name}")
        return self.people[name]

    async def _expect(self, step: Expect) -> None:
        """Waits until the chat shows it, as long as patience lasts."""
        until = asyncio.get_running_loop().time() + self.patience
        while True:
            problem = await self._problem(step)
            if problem is None:
                return
            if asyncio.get_running_loop().time() >= until:
                raise Mismatch(problem)
            await asyncio.sleep(0.05)

    async def _problem(self, step: Expect) -> str | None:
        chat = self._chat_of(step.chat)
        if step.how == "toast":
            return await self._toast_problem(step)
        shown = await self._shown(chat, since=0 if step.how == "place" else self._seen.get(chat, 0))
        if step.how == "nothing":
            return f"expected nothing, but there is:\n{_indented(shown[-1])}" if shown else None
        if step.how == "count":
            return (
                None
                if len(shown) == step.count
                else f"expected {step.count} messages, there are {len(shown)}:\n" + "\n".join(map(_indented, shown))
            )
        candidates = shown[-1:] if step.how == "last" else shown
        if any(matches(step.lines, message) for message in candidates):
            return None
        return f"expected:\n{_indented(list(step.lines))}\nthere is:\n" + (
            "\n".join(_indented(m) for m in candidates) or "    (nothing)"
        )

    async def _shown(self, chat: int, since: int) -> list[list[str]]:
        """The bot's messages with numbers above `since`, oldest first."""
        state = await self.drive.state()
        found = []
        for message in await self._messages(chat):
            if message["from"] != state["bot"]["id"] or message["id"] <= since or message["kind"] == "service":
                continue
            extra = ["{picture}"] if message["kind"] == "photo" else []
            if message["kind"] == "document":
                extra = [f"{{file {message['document']['name']}}}"]
            labels = [[button["text"] for button in row] for row in message["buttons"]]
            found.append([*extra, *shown_lines(message["text"], labels)])
        return found

    async def _toast_problem(self, step: Expect) -> str | None:
        answers = [call for call in await self.drive.calls() if call["method"].lower() == "answercallbackquery"]
        text = str(answers[-1]["params"].get("text") or "") if answers else ""
        return None if matches(step.lines, [text]) else f"expected the toast {step.lines[0]!r}, there was {text!r}"


def _epoch(moment: datetime, zone: ZoneInfo) -> float:
    return moment.replace(tzinfo=zone).timestamp()


def _indented(lines: list[str]) -> str:
    return "\n".join(f"    {line}" for line in lines)
