"""Both languages say the same things, and everything that can go wrong has words."""

import re
from pathlib import Path
from string import Formatter

import pytest

import bot.campaign_files
from bot.campaign_files.texts_en import EN
from bot.campaign_files.texts_zh import ZH
from bot.campaign_files.words import WORDS, meanings

SOURCES = Path(bot.campaign_files.__file__).parent.glob("*.py")
# A call that names a mistake or a notice, and the word in it.
NAMED = re.compile(r'(?:refuse\(|FileError\(|note\(|_slip\(|code = |else |: (?="toml_))\s*"([a-z_]+)"|"([a-z_]+)" if ')


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_same_keys_with_the_same_blanks() -> None:
    assert {key: fields(text) for key, text in ZH.items()} == {key: fields(text) for key, text in EN.items()}


def test_every_mistake_in_the_code_has_words() -> None:
    named = set()
    for path in SOURCES:
        if path.name.startswith("texts_"):
            continue
        for groups in NAMED.findall(path.read_text(encoding="utf-8")):
            named |= {word for word in groups if "_" in word or word == "duplicate"}
    assert len(named) > 50
    assert named - ZH.keys() <= {"responsible_unit", "at_least", "more_than"}


@pytest.mark.parametrize("choice", list(dict.fromkeys(type(member) for member in WORDS)))
def test_no_word_means_two_things(choice: type) -> None:
    words = [word.casefold() for member in choice for word in {member.value, *WORDS[member]}]
    assert len(words) == len(set(words)) == len(meanings(choice))


def test_every_sentence_is_finished() -> None:
    pieces = {"at_line", "where", "space", "comma", "more"}
    sentences = [key for key in ZH if key not in pieces and not key.startswith(("type.", "what."))]
    assert [key for key in sentences if not ZH[key].endswith(("。", "？"))] == []
    assert [key for key in sentences if not EN[key].endswith((".", "?"))] == []
