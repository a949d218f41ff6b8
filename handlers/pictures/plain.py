"""Turns the small frozen dataclasses that pictures and sheets are made from into JSON-able data and back."""

from typing import Any, Self

from pydantic import TypeAdapter

_adapters: dict[str, TypeAdapter[Any]] = {}


def _adapter(cls: type[Any]) -> TypeAdapter[Any]:
    # Building one costs milliseconds, and a busy evening draws hundreds of cards of the same class.
    name = f"{cls.__module__}.{cls.__qualname__}"
    if name not in _adapters:
        _adapters[name] = TypeAdapter(cls)
    return _adapters[name]


class Plain:
    """What a queue row can carry: the data goes to another process, which rebuilds the dataclass and draws it."""

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = _adapter(type(self)).dump_python(self, mode="json")
        return data

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """Raises pydantic.ValidationError naming the field when the data does not fit."""
        built: Self = _adapter(cls).validate_python(data)
        return built
