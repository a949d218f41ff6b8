"""config.toml and the environment into settings; a mistake names file, line, key, the allowed values and the fix."""

import os
import re
import tomllib
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from bot.campaign_files.errors import FileError

PREFIX = "XUNCHA_"
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
MOST_BYTES = 1_000_000
MOST_PORT = 65_535
LANGUAGES = ("zh", "en")
TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{20,}")


class ConfigError(Exception):
    """The settings cannot be used. `language`: the office's, where the file could be read; else both are used."""

    def __init__(self, errors: "list[FileError]", language: str | None) -> None:
        super().__init__(errors)
        self.errors, self.language = errors, language

    def text(self, language: str) -> str:
        return "\n".join(error.text(language) for error in self.errors)

    def __str__(self) -> str:
        return "\n".join(self.text(language) for language in ([self.language] if self.language else LANGUAGES))


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class AgencySection(_Section):
    name: str = ""
    timezone: str = "Asia/Shanghai"
    language: Literal["zh", "en"] = "zh"

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise PydanticCustomError("timezone_unknown", "no such zone", {"value": value})
        return value


class TelegramSection(_Section):
    token: SecretStr
    admins: tuple[Annotated[int, Field(strict=True, gt=0)], ...] = ()
    base_url: str = Field("https://api.telegram.org", pattern=r"^https?://[^\s]+$")
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    proxy: str = Field("", pattern=r"^$|^https?://[^\s]+$")
    messages_per_second: float = Field(30, strict=True, gt=0, allow_inf_nan=False)
    messages_per_chat: float = Field(1.0, strict=True, gt=0, allow_inf_nan=False)
    messages_per_group_minute: float = Field(20, strict=True, gt=0, allow_inf_nan=False)

    @field_validator("token")
    @classmethod
    def _is_a_token(cls, value: SecretStr) -> SecretStr:
        if "replace-with" in value.get_secret_value() or not TOKEN.fullmatch(value.get_secret_value()):
            raise PydanticCustomError("token_wrong", "not a bot token")
        return value

    @field_validator("base_url", "proxy")
    @classmethod
    def _names_a_host(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            known = not value or (bool(parts.hostname) and parts.port != 0)
        except ValueError:
            known = False
        if not known:
            raise PydanticCustomError("string_pattern_mismatch", "no such address")
        return value

    @model_validator(mode="after")
    def _webhook_is_whole(self) -> "TelegramSection":
        if self.mode == "webhook" and not self.webhook_url.startswith(
            ("https://", "http://127.0.0.1", "http://localhost")
        ):
            raise PydanticCustomError("webhook_url_missing", "webhook needs an address")
        secret = self.webhook_secret.get_secret_value()
        if self.mode == "webhook" and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret):
            raise PydanticCustomError("webhook_secret_missing", "webhook needs a secret")
        return self


class DataSection(_Section):
    folder: Path = Path("data")
    database: str = ""

    @field_validator("database")
    @classmethod
    def _is_a_database(cls, value: str) -> str:
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import ArgumentError

        try:
            known = not value or make_url(value).get_backend_name() in {"sqlite", "postgresql"}
        except ArgumentError:
            known = False
        if not known:
            raise PydanticCustomError("database_wrong", "no such database")
        return value


class TimesSection(_Section):
    morning_at: time = time(8, 0)
    quiet_from: time = time(21, 0)
    quiet_to: time = time(7, 30)

    @field_validator("morning_at", "quiet_from", "quiet_to", mode="before")
    @classmethod
    def _is_a_clock_time(cls, value: object) -> object:
        if isinstance(value, time):
            return value
        found = CLOCK.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise PydanticCustomError("time_wrong", "no time", {"value": str(value)[:60]})
        return time(int(found[1]), int(found[2]))


class WebSection(_Section):
    host: str = "127.0.0.1"
    port: int = Field(0, strict=True, ge=0, le=MOST_PORT)


class LogSection(_Section):
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class _File(_Section):
    agency: AgencySection = AgencySection()
    telegram: TelegramSection
    data: DataSection = DataSection()
    times: TimesSection = TimesSection()
    web: WebSection = WebSection(port=0)
    log: LogSection = LogSection()


@dataclass(frozen=True)
class Settings:
    """All settings, with paths made whole. `repr` shows no secret."""

    agency: AgencySection
    telegram: TelegramSection
    times: TimesSection
    web: WebSection
    log: LogSection
    folder: Path
    database_url: str = field(repr=False)  # may hold a password

    @property
    def photos(self) -> Path:
        return self.folder / "photos"


def read_settings(path: Path) -> Settings:
    """Raises ConfigError. What explains mistakes is only loaded when there is one: a running bot has no use for it."""
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig") if path.stat().st_size <= MOST_BYTES else "")
    except (OSError, ValueError, RecursionError):
        data = {}
    if not data:  # missing, or by an editor with an encoding of its own, or past reading
        from bot.config_mistakes import read_with_care

        data = read_with_care(path)
    given = _overlay_environment(data)
    try:
        read = _File.model_validate(data)
    except ValidationError as error:
        from bot.config_mistakes import explained

        raise explained(path, data, given, error, _known) from None
    folder = (path.resolve().parent / read.data.folder).resolve()
    url = read.data.database or f"sqlite:///{folder / 'xuncha.db'}"
    return Settings(read.agency, read.telegram, read.times, read.web, read.log, folder, url)


def _overlay_environment(data: dict[str, Any]) -> dict[tuple[str, str], str]:
    """XUNCHA_TELEGRAM__TOKEN overrides [telegram] token. Values are TOML where they can be, else text.

    Gives which settings came from which variable.
    """
    given = {}
    for name, value in os.environ.items():
        section, separator, key = name.removeprefix(PREFIX).lower().partition("__")
        if not name.startswith(PREFIX) or not separator:
            continue
        try:
            parsed = tomllib.loads(f"value = {value}")["value"]
        except ValueError:
            parsed = value
        table = data.setdefault(section, {})
        if isinstance(table, dict):
            table[key] = parsed
            given[section, key] = name
    return given


def _known(section: tuple[str | int, ...]) -> list[str]:
    model: Any = _File
    for part in section:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        if field is None:
            return []
        model = field.annotation
    return list(model.model_fields)
