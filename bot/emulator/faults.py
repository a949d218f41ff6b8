"""Trouble on order: what the network and the real server do on a bad day, done when asked."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from bot.emulator.errors import ActError


class FaultKind(StrEnum):
    DELAY = "delay"
    DROP = "drop"
    CUT_AFTER_WRITE = "cut_after_write"
    ERROR = "error"
    HTML_5XX = "html_5xx"
    HALF_BODY = "half_body"
    TOO_MANY = "429"
    DUPLICATE = "duplicate"
    REORDER = "reorder"


DELIVERY = frozenset({FaultKind.DUPLICATE, FaultKind.REORDER})


@dataclass(frozen=True, slots=True)
class Fault:
    """method "*" is every call, "download" fetches a file; times None is for ever."""

    method: str
    kind: FaultKind
    times: int | None = None
    seconds: float = 1.0
    code: int = 0
    description: str = ""
    chat: int | None = None
    bytes: int | None = None

    def meets(self, method: str, chat: int | None) -> bool:
        if self.chat is not None and self.chat != chat:
            return False
        return self.method in (method, "*")


@dataclass(slots=True)
class Faults:
    ordered: list[Fault] = field(default_factory=list)

    def replace_all(self, given: list[dict[str, Any]]) -> None:
        self.ordered = [_read(fault) for fault in given]

    def take(self, method: str, chat: int | None) -> Fault | None:
        """The first fault that meets this call, used up by one."""
        return self._use(lambda fault: fault.kind not in DELIVERY and fault.meets(method, chat))

    def take_delivery(self, kind: FaultKind, chat: int | None) -> Fault | None:
        return self._use(lambda fault: fault.kind is kind and fault.chat in (None, chat))

    def _use(self, wanted: Any) -> Fault | None:
        for position, fault in enumerate(self.ordered):
            if not wanted(fault):
                continue
            if fault.times is None:
                return fault
            if fault.times <= 1:
                del self.ordered[position]
            else:
                self.ordered[position] = replace(fault, times=fault.times - 1)
            return fault
        return None


def _read(given: dict[str, Any]) -> Fault:
    try:
        fields = {name: given[name] for name in Fault.__slots__ if given.get(name) is not None}
        fields["kind"] = FaultKind(str(given["kind"]))
        fields["method"] = str(given.get("method", "*")).lower()
        return Fault(**fields)
    except (KeyError, ValueError) as error:
        raise ActError(f"not a fault: {error}") from None
