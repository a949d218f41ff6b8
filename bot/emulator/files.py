"""What people and the bot have uploaded: kept by content, known by file_id, downloadable for an hour."""

import base64
import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from bot.emulator.errors import bad_request

DOWNLOAD_LIMIT = 20_971_520
LINK_SECONDS = 3600
SIZE_AS_IT_IS = -1


class FileKind(StrEnum):
    """The folder a file is downloaded from."""

    PHOTO = "photos"
    DOCUMENT = "documents"
    VOICE = "voice"
    VIDEO = "videos"
    STICKER = "stickers"
    THUMBNAIL = "thumbnails"


PREFIXES = {
    FileKind.PHOTO: ("AgACAgUAAxkB", "AQAD"),
    FileKind.DOCUMENT: ("BQACAgUAAxkB", "AgAD"),
    FileKind.VOICE: ("AwACAgUAAxkB", "AgAD"),
    FileKind.VIDEO: ("BAACAgUAAxkB", "AgAD"),
    FileKind.STICKER: ("CAACAgUAAxkB", "AgAD"),
    FileKind.THUMBNAIL: ("AAMCBQADGQEB", "AQAD"),
}


@dataclass(frozen=True, slots=True)
class StoredFile:
    file_id: str
    unique_id: str
    kind: FileKind
    digest: str
    size: int
    name: str
    mime: str
    told: int | None  # the size the service tells, which is sometimes wrong and sometimes missing


@dataclass(slots=True)
class Link:
    file: StoredFile
    until: float


def _letters(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _extension(file: StoredFile) -> str:
    if "." in file.name:
        return "." + file.name.rsplit(".", 1)[1]
    return {"image/jpeg": ".jpg", "audio/ogg": ".oga", "video/mp4": ".mp4", "image/webp": ".webp"}.get(file.mime, "")


@dataclass(slots=True)
class Files:
    _known: dict[str, StoredFile] = field(default_factory=dict)
    _contents: dict[str, bytes] = field(default_factory=dict)
    _paths: dict[str, str] = field(default_factory=dict)
    _links: dict[str, Link] = field(default_factory=dict)

    def keep(
        self, data: bytes, kind: FileKind, name: str = "", mime: str = "application/octet-stream",
        told: int | None = SIZE_AS_IT_IS,
    ) -> StoredFile:  # fmt: skip
        """The same content is the same file: its unique id never depends on its name or on who sent it."""
        digest = hashlib.sha256(data).hexdigest()
        self._contents.setdefault(digest, data)
        by_content = hashlib.sha256(f"{kind}|{digest}".encode()).digest()
        by_name = hashlib.sha256(f"{kind}|{digest}|{name}|{mime}|{told}".encode("utf-8", "replace")).digest()
        id_prefix, unique_prefix = PREFIXES[kind]
        file_id = id_prefix + _letters(by_name + by_content[:12])
        known = self._known.get(file_id)
        if known is None:
            unique_id = unique_prefix + _letters(by_content[:9])
            told = len(data) if told == SIZE_AS_IT_IS else told
            known = self._known[file_id] = StoredFile(file_id, unique_id, kind, digest, len(data), name, mime, told)
        return known

    def find(self, file_id: str) -> StoredFile | None:
        return self._known.get(file_id)

    def content(self, file: StoredFile) -> bytes:
        return self._contents[file.digest]

    def link(self, file_id: str, now: float) -> tuple[StoredFile, str]:
        """Opens a file for download for an hour and tells its path."""
        file = self.find(file_id)
        if file is None:
            raise bad_request("invalid file_id")
        if file.size > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        path = self._paths.get(file_id)
        if path is None:
            path = self._paths[file_id] = f"{file.kind}/file_{len(self._paths)}{_extension(file)}"
        self._links[path] = Link(file, now + LINK_SECONDS)
        return file, path

    def download(self, path: str, now: float) -> bytes | None:
        link = self._links.get(path)
        if link is None or now > link.until:
            return None
        return self._contents[link.file.digest]
