"""People at their phones: what each sends next, and which call of the bot is the answer that is waited for."""

import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Any

RawUpdate = dict[str, Any]  # without its update_id: the platform gives that
FIRST_PERSON = 500_001


@dataclass(frozen=True, slots=True)
class Call:
    """A message sent or edited by the bot."""

    method: str
    chat: int
    message_id: int
    text: str
    buttons: tuple[str, ...]  # what each button sends back


@dataclass(frozen=True, slots=True)
class Step:
    """One thing a person does: one update, or several for an album. `answer` knows the bot's reply to it."""

    name: str
    updates: list[RawUpdate]
    answer: Callable[[Call], bool]


Doing = Generator[Step, Call, None]  # yields a step, is given the answer


def name_of(person: int) -> str:
    return f"巡查员{person - FIRST_PERSON + 1}"


@dataclass(frozen=True, slots=True)
class Phone:
    """Makes updates as the platform would. `number` gives the next message id; `held_up`: seconds under way."""

    person: int
    number: Callable[[], int]
    held_up: float = 0.0

    @property
    def user(self) -> dict[str, Any]:
        return {"id": self.person, "is_bot": False, "first_name": name_of(self.person), "language_code": "zh-hans"}

    @property
    def chat(self) -> dict[str, Any]:
        return {"id": self.person, "type": "private", "first_name": name_of(self.person)}

    def message(self, **content: Any) -> RawUpdate:
        sent = int(time.time() - self.held_up)
        head = {"message_id": self.number(), "date": sent, "chat": self.chat, "from": self.user}
        return {"message": head | content}

    def photo(self, album: str) -> RawUpdate:
        number = self.number()
        sizes = [
            {"file_id": f"photo-{number}-{width}", "file_unique_id": f"u{number}-{width}", "width": width,
             "height": width * 3 // 4} for width in (320, 1280)
        ]  # fmt: skip
        return self.message(photo=sizes, media_group_id=album)

    def file(self) -> RawUpdate:
        """A large photo, sent as a file."""
        name = f"large-{self.number()}"
        return self.message(document={"file_id": name, "file_unique_id": name, "file_name": f"{name}.jpg",
                                      "mime_type": "image/jpeg"})  # fmt: skip

    def tap(self, card: Call, button: str) -> RawUpdate:
        shown = {"message_id": card.message_id, "date": int(time.time()), "chat": self.chat, "text": card.text}
        tap = {"id": str(self.number()), "from": self.user, "chat_instance": str(self.person), "data": button}
        return {"callback_query": tap | {"message": shown}}


def _card_with(words: str) -> Callable[[Call], bool]:
    return lambda call: call.method == "sendMessage" and bool(call.buttons) and words in call.text


def _submit_button(call: Call, begins: str) -> str:
    return next((button for button in call.buttons if button.startswith(begins)), "")


def inspection(phone: Phone, place: tuple[float, float], submit: str) -> Doing:
    """A whole check: position, album of two, one exception, ✅. Each step waits for the card that answers it.

    `submit`: how the button that hands the check in begins; the bots name it differently.
    """
    latitude, longitude = place
    spot = {"latitude": latitude, "longitude": longitude, "horizontal_accuracy": 8.0}
    yield Step("location", [phone.message(location=spot)], _card_with(""))
    album = str(phone.number())
    yield Step(
        "album",
        [phone.photo(album), phone.photo(album)],
        lambda call: _submit_button(call, submit) != "",  # sent, or edited where the card was below both already
    )
    card = yield Step("line", [phone.message(text="3 有烟蒂")], _card_with("有烟蒂"))
    tap = phone.tap(card, _submit_button(card, submit))
    yield Step("submit", [tap], lambda call: call.method == "editMessageText" and call.message_id == card.message_id)


def talk(phone: Phone, texts: Iterable[str]) -> Doing:
    for text in texts:
        yield Step("text", [phone.message(text=text)], lambda call: call.method == "sendMessage")


def check_sent_blindly(phone: Phone, place: tuple[float, float]) -> list[RawUpdate]:
    """A whole check of somebody whom no card reaches at the moment: position, album of two, one exception, 提交."""
    latitude, longitude = place
    album = str(phone.number())
    return [
        phone.message(location={"latitude": latitude, "longitude": longitude, "horizontal_accuracy": 8.0}),
        phone.photo(album),
        phone.photo(album),
        phone.message(text="3 有烟蒂"),
        phone.message(text="提交"),
    ]
