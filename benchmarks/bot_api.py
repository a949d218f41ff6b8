"""A Bot API without a network, a limit or a check: it answers every call at once, or after a set time like a real one.

So only the bot is measured.
"""

import asyncio
import io
import itertools
import time
from collections import Counter, deque
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
from PIL import Image

from benchmarks.people import Call, RawUpdate

Answer = Callable[[bytes], None]
BOT = {"id": 7_000_000_001, "is_bot": True, "first_name": "Xuncha", "username": "xuncha_bench_bot",
       "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}  # fmt: skip
BATCH = 100
ROUND_TRIP = 0.02  # the least a poll takes: without it a quick bot would fetch its updates one by one


class Platform:
    """`seen` is shown every message the bot sends or edits. `delay`: seconds until any call is answered.

    `large`: the JPEG that is given for a photo sent as a file.
    """

    def __init__(self, seen: Callable[[Call], None], delay: float = 0.0, large: Path | None = None) -> None:
        self._seen = seen
        self._delay = delay
        self._waiting: deque[tuple[int, RawUpdate]] = deque()
        self._numbers = itertools.count(1)
        self._updates = itertools.count(1)
        self._poll: Answer | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.round_trip = max(ROUND_TRIP, delay)
        self._large = large.read_bytes() if large is not None else b""
        self.sent_file = asyncio.Event()  # by the bot
        self.polled = asyncio.Event()
        self.all_confirmed = asyncio.Event()  # the bot has asked past every update
        self.calls: Counter[str] = Counter()

    @cached_property
    def _picture(self) -> bytes:
        """About as large as what the platform makes of a phone's photo."""
        kept = io.BytesIO()
        Image.effect_noise((320, 240), 60).convert("RGB").resize((1280, 960)).save(kept, "JPEG", quality=75)
        return kept.getvalue()

    def number(self) -> int:
        return next(self._numbers)

    def offer(self, updates: list[RawUpdate]) -> None:
        was_empty = not self._waiting
        self.all_confirmed.clear()
        self._waiting.extend((next(self._updates), update) for update in updates)
        if self._poll is not None and was_empty:
            self._answer_poll_in(self.round_trip)

    def call(self, method: str, given: dict[str, str], answer: Answer) -> None:
        if method == "getUpdates":
            return self._get_updates(int(given.get("offset", 0)), float(given.get("timeout", 0)), answer)
        if self._delay:
            return self._later(self._answer, method, given, answer)
        return self._answer(method, given, answer)

    def file(self, path: str, answer: Answer) -> None:
        """Every file has bytes of its own, so that each is stored."""
        content = self._content(path)
        return self._later(answer, content) if self._delay else answer(content)

    def _content(self, path: str) -> bytes:
        """With a comment that names it, after the first two bytes of a JPEG."""
        whole = self._large if "large-" in path else self._picture
        comment = path.encode()
        return whole[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + whole[2:]

    def _later(self, does: Callable[..., None], *given: Any) -> None:
        asyncio.get_running_loop().call_later(self._delay, does, *given)

    def _answer(self, method: str, given: dict[str, str], answer: Answer) -> None:
        self.calls[method] += 1
        answer(orjson.dumps({"ok": True, "result": self._result(method, given)}))

    # updates

    def _get_updates(self, offset: int, seconds: float, answer: Answer) -> None:
        while self._waiting and self._waiting[0][0] < offset:
            self._waiting.popleft()
        if not self._waiting:
            self.all_confirmed.set()
        self._poll = answer
        self.polled.set()
        if len(self._waiting) >= BATCH and not self._delay:
            self._answer_poll()
        else:
            self._answer_poll_in(self.round_trip if self._waiting else seconds)

    def _answer_poll_in(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._answer_poll)

    def _answer_poll(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._poll is None:
            return
        answer, self._poll = self._poll, None
        batch = [{"update_id": number, **update} for number, update in itertools.islice(self._waiting, BATCH)]
        answer(orjson.dumps({"ok": True, "result": batch}))

    # calls

    def _result(self, method: str, given: dict[str, str]) -> Any:
        if method == "getMe":
            return BOT
        if method == "getFile":
            name = given["file_id"]
            path = f"photos/{name}.jpg"
            return {"file_id": name, "file_unique_id": name, "file_path": path, "file_size": len(self._content(path))}
        if method == "getWebhookInfo":
            return {"url": "", "has_custom_certificate": False, "pending_update_count": len(self._waiting)}
        if method in {"sendMessage", "editMessageText"}:
            return self._shown(method, given)
        if method == "sendDocument":
            self.sent_file.set()
            return self._message(self.number(), int(given["chat_id"]))
        return True

    def _shown(self, method: str, given: dict[str, str]) -> dict[str, Any]:
        chat, text = int(given["chat_id"]), given["text"]
        number = self.number() if method == "sendMessage" else int(given["message_id"])
        markup = orjson.loads(given["reply_markup"]) if "reply_markup" in given else {}
        buttons = tuple(key.get("callback_data", "") for row in markup.get("inline_keyboard", ()) for key in row)
        self._seen(Call(method, chat, number, text, buttons))
        return self._message(number, chat) | {"text": text}

    @staticmethod
    def _message(number: int, chat: int) -> dict[str, Any]:
        return {"message_id": number, "date": int(time.time()), "chat": {"id": chat, "type": "private"}, "from": BOT}
