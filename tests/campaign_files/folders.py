"""Campaign folders to spoil: the shipped one, with a few words changed."""

import shutil
from pathlib import Path

from bot.campaign_files import CampaignFileErrors, FileError, read_campaign

ROOT = Path(__file__).parents[2]
TOILETS = ROOT / "campaigns" / "qingxin-toilets-2018"
DATA = Path(__file__).parent / "data"


def copy(tmp_path: Path, source: Path = TOILETS) -> Path:
    return Path(shutil.copytree(source, tmp_path / "campaign"))


def spoil(folder: Path, old: str, new: str, file: str = "campaign.toml") -> int:
    """Changes the first place where `old` stands and returns its line."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def errors_of(folder: Path, positions: str | None = None) -> list[FileError]:
    try:
        read_campaign(folder, positions)
    except CampaignFileErrors as found:
        return found.errors
    return []


def only_error(folder: Path, positions: str | None = None) -> FileError:
    errors = errors_of(folder, positions)
    assert len(errors) == 1, [error.text("en") for error in errors]
    return errors[0]
