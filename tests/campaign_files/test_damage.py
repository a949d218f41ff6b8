"""However a folder is damaged, the answer is a list of mistakes or a plan; never anything else."""

import random
from pathlib import Path

import pytest

from tests.campaign_files.folders import DATA, copy, errors_of

SCRAPS = [
    '"',
    "[",
    "]]",
    "{",
    "=",
    "#",
    "\n",
    ",",
    "“",
    "\x00",
    "'",
    "1e999",
    "nan",
    "-1",
    "true",
    "[]",
    "{}",
    '""',
    "太",
    "9" * 5000,
]


def damaged(text: str, chance: random.Random) -> str:
    """One to three scraps put in, cut out, or put in the place of a value."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(text))
        end = min(len(text), at + chance.choice([0, 1, 1, 5, 40]))
        if chance.random() < 0.5:
            at = text.find("= ", at) + 2
            end = max(at, text.find("\n", at))
        text = text[:at] + chance.choice(SCRAPS) + text[end:]
    return text


@pytest.mark.parametrize("name", ["campaign.toml", "sites.csv"])
@pytest.mark.parametrize("source", ["livestock-farms", "mother-baby-rooms"])
def test_damage_is_reported_in_both_languages(tmp_path: Path, source: str, name: str) -> None:
    folder = copy(tmp_path, DATA / source)
    whole = (folder / name).read_text(encoding="utf-8")
    chance, refused = random.Random(20181130), 0
    for _ in range(200):
        (folder / name).write_text(damaged(whole, chance), encoding="utf-8")
        mistakes = errors_of(folder)
        refused += bool(mistakes)
        assert all(error.line >= 0 and error.text("zh") and error.text("en") for error in mistakes)
    assert refused > 50
