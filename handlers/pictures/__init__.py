"""What people see: every picture the bot sends, drawn from plain data that a queue row can carry."""

import re
from collections.abc import Callable
from typing import Any

from handlers.pictures.before_after import BeforeAfter, Role, draw_before_after
from handlers.pictures.digest import DigestCard, Progress, draw_digest
from handlers.pictures.labels import label
from handlers.pictures.marks import SiteState
from handlers.pictures.notice import NoticePage, draw_notice
from handlers.pictures.photos import Photo, PhotoRefused, thumbnail
from handlers.pictures.qr import QrCard, draw_qr, qr_code
from handlers.pictures.site_page import Fact, SiteEvent, SitePage, draw_site_page
from handlers.pictures.stamp import Stamp, StampedPhoto, stamp
from handlers.pictures.status_map import MapSite, StatusMap, draw_map

__all__ = [
    "BeforeAfter",
    "DigestCard",
    "Fact",
    "MapSite",
    "NoticePage",
    "Photo",
    "PhotoRefused",
    "Progress",
    "QrCard",
    "Role",
    "SiteEvent",
    "SitePage",
    "SiteState",
    "Stamp",
    "StampedPhoto",
    "StatusMap",
    "draw",
    "draw_before_after",
    "draw_digest",
    "draw_map",
    "draw_notice",
    "draw_qr",
    "draw_site_page",
    "file_name",
    "qr_code",
    "stamp",
    "thumbnail",
]

_LONGEST_NAME = 80
_UNFIT_FOR_A_NAME = re.compile(r'[\s·<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]+')


def file_name(*parts: str, suffix: str) -> str:
    """A name that every phone and office system accepts: 太和镇_巡查日报_2018-08-06.png."""
    words = [_UNFIT_FOR_A_NAME.sub("-", part).strip("-. ") for part in parts]
    return "_".join(word for word in words if word)[:_LONGEST_NAME] + suffix


def _digest(data: dict[str, Any]) -> tuple[bytes, str]:
    card = DigestCard.from_data(data)
    return draw_digest(card), file_name(card.area, label(card.lang, "digest"), card.date, suffix=".png")


def _before_after(data: dict[str, Any]) -> tuple[bytes, str]:
    case = BeforeAfter.from_data(data)
    both = label(case.lang, "before") + label(case.lang, "after")
    return draw_before_after(case), file_name(case.number, case.site, both, suffix=".jpg")


def _map(data: dict[str, Any]) -> tuple[bytes, str]:
    chart = StatusMap.from_data(data)
    return draw_map(chart), file_name(chart.title, label(chart.lang, "map"), chart.as_of, suffix=".png")


def _notice(data: dict[str, Any]) -> tuple[bytes, str]:
    page = NoticePage.from_data(data)
    return draw_notice(page), file_name(page.title, page.number, suffix=".png")


def _qr(data: dict[str, Any]) -> tuple[bytes, str]:
    card = QrCard.from_data(data)
    return draw_qr(card), file_name(card.title, *card.lines, suffix=".png")


def _stamp(data: dict[str, Any]) -> tuple[bytes, str]:
    photo = StampedPhoto.from_data(data)
    return stamp(photo.photo, photo.stamp), file_name(photo.stamp.number, photo.stamp.site, suffix=".jpg")


def _site_page(data: dict[str, Any]) -> tuple[bytes, str]:
    page = SitePage.from_data(data)
    return draw_site_page(page), file_name(page.site, label(page.lang, "site_file"), page.page, suffix=".jpg")


_KINDS: dict[str, Callable[[dict[str, Any]], tuple[bytes, str]]] = {
    "digest": _digest,
    "before_after": _before_after,
    "map": _map,
    "notice": _notice,
    "qr": _qr,
    "site_page": _site_page,
    "stamp": _stamp,
}


def draw(kind: str, data: dict[str, Any]) -> tuple[bytes, str]:
    """The picture and its file name, from what `to_data()` gave; photos in the data are file paths.

    Raises ValueError for a kind that is none of these, or for data that does not fit, and PhotoRefused (a ValueError
    too) when the one photo to be stamped cannot be read.
    """
    if kind not in _KINDS:
        raise ValueError(f"no picture of kind {kind!r}; known: {', '.join(_KINDS)}")
    return _KINDS[kind](data)
