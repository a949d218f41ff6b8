"""The parameters of a call, however they travelled: as JSON, as a form, in parts or in the address."""

import math
from dataclasses import dataclass, field
from typing import Any

import orjson

from bot.emulator.errors import bad_request

LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Params:
    values: dict[str, Any]
    files: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value) if isinstance(value, int | float) else orjson.dumps(value).decode()

    def integer(self, name: str, default: int = 0) -> int:
        value = self.values.get(name)
        try:
            number = int(value) if isinstance(value, int) else int(self.text(name).strip())
        except ValueError:
            return default
        return number if abs(number) < LARGEST else default

    def number(self, name: str) -> float | None:
        """A number that is one: neither infinite nor "nan"."""
        try:
            number = float(self.text(name))
        except ValueError:
            return None
        return number if math.isfinite(number) else None

    def flag(self, name: str) -> bool:
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def json(self, name: str, what: str = "") -> Any:
        """A list or an object, sent as such or written out as JSON text; None when there is none."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad_request(f"can't parse {what or name} JSON object") from None

    def integers(self, name: str) -> list[int]:
        value = self.json(name)
        if not isinstance(value, list):
            raise bad_request(f"can't parse {name}: expected an Array of Integer")
        try:
            return [int(item) for item in value]
        except (TypeError, ValueError):
            raise bad_request(f"can't parse {name}: expected an Array of Integer") from None
