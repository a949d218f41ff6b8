"""Judges the emulator's JSON by aiogram's models: every value must parse, and no field may be one they do not know."""

from typing import Any

from aiogram import methods
from aiogram.methods import TelegramMethod
from pydantic import BaseModel, TypeAdapter

# Not a parameter of the method, but of how it travels.
METHOD_CLASSES: dict[str, type[TelegramMethod[Any]]] = {
    cls.__api_method__.lower(): cls
    for cls in (getattr(methods, name) for name in methods.__all__)
    if isinstance(cls, type) and cls is not TelegramMethod and hasattr(cls, "__api_method__")
}


def _names(model: type[BaseModel]) -> dict[str, str]:
    """The name in JSON, and the name of the attribute."""
    return {field.alias or name: name for name, field in model.model_fields.items()}


def unknown_fields(raw: Any, parsed: Any, path: str = "") -> list[str]:
    if isinstance(parsed, list) and isinstance(raw, list):
        return [
            line
            for i, (r, p) in enumerate(zip(raw, parsed, strict=True))
            for line in unknown_fields(r, p, f"{path}[{i}]")
        ]
    if not isinstance(parsed, BaseModel) or not isinstance(raw, dict):
        return []
    names = _names(type(parsed))
    found = [f"{path}.{key} is not in {type(parsed).__name__}" for key in raw if key not in names]
    for key, value in raw.items():
        if key in names:
            found += unknown_fields(value, getattr(parsed, names[key]), f"{path}.{key}")
    return found


def check_value(kind: Any, raw: Any) -> None:
    parsed = TypeAdapter(kind).validate_python(raw)
    assert unknown_fields(raw, parsed) == []


def check_request(method: str, params: dict[str, Any]) -> None:
    known = set(_names(METHOD_CLASSES[method.lower()]))
    assert set(params) <= known, f"{method} has no {sorted(set(params) - known)}"


def check_result(method: str, raw: Any) -> None:
    check_value(METHOD_CLASSES[method.lower()].__returning__, raw)
