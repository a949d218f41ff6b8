"""Brings a campaign's files into the record."""

from models.campaign_import.changes import Action, Change, Changes, Clash, ImportRefused, Part, RecordMoved
from models.campaign_import.importing import apply, plan_changes

__all__ = ["Action", "Change", "Changes", "Clash", "ImportRefused", "Part", "RecordMoved", "apply", "plan_changes"]
