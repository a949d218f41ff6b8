"""What is wrong with sound files only in the light of the record: shown with the line of the file, as all mistakes."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.campaign_files.errors import CampaignFileErrors, FileError, Problems
from bot.campaign_files.lines import Path as Key
from bot.campaign_files.reading import CAMPAIGN
from bot.campaign_files.table import spelled
from bot.campaign_files.toml_file import read_toml
from models.campaign_import import ImportRefused
from models.campaign_plan import CampaignPlan
from models.campaigns import Campaign


def refused_errors(folder: Path, refused: ImportRefused) -> list[FileError]:
    return [FileError(c.code, CAMPAIGN, _line(folder, c.key), spelled(c.key), c.blanks) for c in refused.clashes]


def check_not_over(session: Session, plan: CampaignPlan, folder: Path, now: datetime, past: bool) -> None:
    """An end in the past is mostly a wrong year. The record's own end may pass, and its campaign still be mended."""
    ends = plan.ends.working_day if plan.ends is not None else None
    if past or ends is None or ends >= now.astimezone(ZoneInfo(plan.timezone)).date():
        return
    if session.scalar(select(Campaign.ends_on).filter_by(code=plan.code)) == ends:
        return
    key = ("campaign", "ends")
    raise CampaignFileErrors(
        [FileError("already_over", CAMPAIGN, _line(folder, key), "campaign.ends", {"ends": ends.isoformat()})]
    )


def _line(folder: Path, key: Key) -> int:
    """The file has just been read without a mistake."""
    file = read_toml(folder / CAMPAIGN, Problems())
    return file.lines.of(key) if file is not None else 0
