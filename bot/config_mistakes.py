"""What is wrong with the settings, in the office's language: file, line, key, what may be written; never a secret."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from pydantic import ValidationError

from bot.campaign_files.errors import CATALOGUES, FileError, Problems, nearest
from bot.campaign_files.table import spelled
from bot.campaign_files.texts_zh import ZH
from bot.campaign_files.toml_file import TomlFile, read_toml
from bot.config import MOST_PORT, ConfigError

Known = Callable[[tuple[str | int, ...]], list[str]]
KEY = re.compile(r"[A-Za-z_]+")
SECRETS = frozenset({"token", "webhook_secret", "database", "proxy"})  # an address may hold a password

# What pydantic calls a value of the wrong type → what was expected, as the catalogues call it.
EXPECTED = {
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "integer"),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number"), "number"),
    **dict.fromkeys(("string_type", "path_type"), "text"),
    **dict.fromkeys(("time_type", "time_parsing", "time_delta"), "time"),
    "tuple_type": "numbers",
    "model_type": "table",
    "model_attributes_type": "table",
}


def read_with_care(path: Path) -> dict[str, Any]:
    """In whatever encoding it was saved. Raises ConfigError."""
    problems = Problems()
    file = read_toml(path, problems, parse_float=float)
    if file is None:
        raise ConfigError(_as_settings_say(path, problems.errors), None)
    return file.values


def explained(
    path: Path,
    data: Mapping[str, Any],
    given: Mapping[tuple[str, str], str],
    error: ValidationError,
    known: Known,
) -> ConfigError:
    """`given`: settings that came from the environment; `known`: the settings there are in a section."""
    file = read_toml(path, Problems(), parse_float=float)
    assert file is not None
    found = [_mistake(path, file, given, problem, known) for problem in error.errors()]
    return ConfigError(sorted(found, key=lambda mistake: mistake.line), _language(data))


def _as_settings_say(path: Path, errors: list[FileError]) -> list[FileError]:
    """The reader speaks of campaigns; what is missing or empty here is mended from the example."""
    instead = {"file_missing": "config_missing", "file_empty": "config_empty"}
    return [
        replace(error, file=str(path), code=instead.get(error.code, error.code), args=_without_value(error.args))
        for error in errors
    ]


def _without_value(args: Mapping[str, str]) -> dict[str, str]:
    """A line that cannot be read may be the one with the token: only what it sets is shown."""
    key, equals, _ = args.get("text", "").partition("=")
    return {**args, "text": f"{key.strip()} = …" if equals and KEY.fullmatch(key.strip()) else "…"}


def _language(values: Mapping[str, Any]) -> str | None:
    agency = values.get("agency", {})
    chosen = agency.get("language", "zh") if isinstance(agency, dict) else None
    return chosen if chosen in CATALOGUES else None


def _mistake(path: Path, file: TomlFile, given: Mapping[tuple[str, str], str], problem: Any, known: Known) -> FileError:
    where = tuple(part for part in problem["loc"] if isinstance(part, str | int))
    variable = given.get((str(where[0]), str(where[-1])))
    place, line = (variable, 0) if variable else (str(path), file.lines.of(where))
    code, args, allowed, suggestion = _what(where, problem, known)
    return FileError(code, place, line, spelled(where), args, allowed, suggestion)


def _what(
    where: tuple[str | int, ...], problem: Any, known: Known
) -> tuple[str, Mapping[str, str], tuple[str, ...], str | None]:
    """The catalogue's word for pydantic's, what it is filled with, what may be written, what was probably meant."""
    kind, context = problem["type"], problem.get("ctx", {})
    key = next(part for part in reversed(where) if isinstance(part, str))
    if kind == "missing":
        return "key_missing", {"key": key}, (), None
    if kind == "extra_forbidden":
        allowed = tuple(known(where[:-1]))
        return "key_unknown", {"key": key}, allowed, nearest(key, allowed)
    if kind == "literal_error":
        words = tuple(re.findall(r"'([^']*)'", context["expected"]))
        return "word_unknown", {"value": _shown(where, problem)}, words, nearest(_shown(where, problem), words)
    if kind in {"greater_than_equal", "less_than_equal"}:  # the port
        args = {"value": _shown(where, problem), "least": "0", "most": str(MOST_PORT)}
        return "number_out_of_range", args, (), None
    if kind == "greater_than":
        return "number_not_positive", {"value": _shown(where, problem)}, (), None
    if kind in EXPECTED:
        args = {"key": key, "expected_term": f"type.{EXPECTED[kind]}", "value": _shown(where, problem)}
        return "wrong_type", args, (), None
    if kind == "string_pattern_mismatch":
        return "address_wrong", {"value": _shown(where, problem)}, (), None
    if kind in ZH:
        zone = nearest(context["value"], available_timezones()) if kind == "timezone_unknown" else None
        return kind, {name: str(value) for name, value in context.items()}, (), zone
    return "setting_wrong", {"detail": str(problem["msg"])}, (), None


def _shown(where: tuple[str | int, ...], problem: Any) -> str:
    """What was written, unless it may be a secret."""
    if where[-1] in SECRETS or len(where) < 2:
        return "…"
    value = problem["input"]
    return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)[:60]
