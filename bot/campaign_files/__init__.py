"""Campaign files: a folder with campaign.toml and sites.csv, read into a CampaignPlan or refused with every mistake."""

from bot.campaign_files.errors import CampaignFileErrors, FileError, notice_text
from bot.campaign_files.reading import read_campaign

__all__ = ["CampaignFileErrors", "FileError", "notice_text", "read_campaign"]
