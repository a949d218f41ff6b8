"""Every sentence the program says, in Chinese and in English, by key."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from models.naming import shown

LANGUAGES = ("zh", "en")


def _flatten(table: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat |= _flatten(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat


@cache
def catalogue(language: str) -> dict[str, str]:
    """Key → sentence with {names} to fill in. An unknown language speaks Chinese, the product's first."""
    chosen = language if language in LANGUAGES else "zh"
    flat: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / chosen).glob("*.toml")):
        flat |= _flatten(tomllib.loads(path.read_text(encoding="utf-8")))
    return flat


def say(language: str, key: str, **values: object) -> str:
    """The sentence of `key`; where `n` is 1 and the catalogue has `key_one`, that one."""
    sentences = catalogue(language)
    if values.get("n") == 1 and f"{key}_one" in sentences:
        key = f"{key}_one"
    sentence = sentences[key]
    if not values:
        return sentence
    return sentence.format(**{name: shown(v) if isinstance(v, str) else v for name, v in values.items()})
