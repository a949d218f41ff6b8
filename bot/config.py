"""config.toml and the environment into settings; a mistake names file, line, key, the allowed values and the fix."""

import difflib
import os
import re
import tomllib
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

if TYPE_CHECKING:
    from bot.campaign_files.lines import LineMap

PREFIX = "XUNCHA_"
TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{20,}")


class ConfigError(Exception):
    """The settings cannot be used; one line for each mistake."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


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
            near = difflib.get_close_matches(value, available_timezones(), 1)
            raise ValueError(
                f"no such time zone; did you mean {near[0]}?"
                if near
                else "no such time zone; for example Asia/Shanghai"
            )
        return value


class TelegramSection(_Section):
    token: SecretStr
    admins: tuple[int, ...] = ()
    base_url: str = Field("https://api.telegram.org", pattern=r"^https?://[^\s]+$")
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    proxy: str = ""
    messages_per_second: float = Field(30, gt=0)
    messages_per_chat: float = Field(1.0, gt=0)
    messages_per_group_minute: float = Field(20, gt=0)

    @field_validator("token")
    @classmethod
    def _is_a_token(cls, value: SecretStr) -> SecretStr:
        if "replace-with" in value.get_secret_value() or not TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError(
                "not a bot token: digits, a colon, then at least 20 letters, digits, _ or -, as BotFather gives it"
            )
        return value

    @model_validator(mode="after")
    def _webhook_is_whole(self) -> "TelegramSection":
        if self.mode == "webhook" and not self.webhook_url.startswith(
            ("https://", "http://127.0.0.1", "http://localhost")
        ):
            raise ValueError('mode = "webhook" needs webhook_url, a public https:// address')
        secret = self.webhook_secret.get_secret_value()
        if self.mode == "webhook" and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret):
            raise ValueError('mode = "webhook" needs webhook_secret: 16 to 256 letters, digits, _ or -')
        return self


class DataSection(_Section):
    folder: Path = Path("data")
    database: str = ""


class TimesSection(_Section):
    morning_at: time = time(8, 0)
    quiet_from: time = time(21, 0)
    quiet_to: time = time(7, 30)

    @field_validator("morning_at", "quiet_from", "quiet_to", mode="before")
    @classmethod
    def _is_a_clock_time(cls, value: object) -> object:
        if not isinstance(value, str | time):
            raise ValueError('expected a time in quotes, such as "08:00"')
        return value


class WebSection(_Section):
    host: str = "127.0.0.1"
    port: int = Field(0, ge=0, le=65535)


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
    """Raises ConfigError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except FileNotFoundError:
        raise ConfigError(
            [f"{path}: no such file. Copy config.example.toml to config.toml and fill in the token."]
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: cannot be read: {error}"]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: {error}. Texts stand in quotes; one key = value on a line."]) from None
    _overlay_environment(data)
    try:
        file = _File.model_validate(data)
    except ValidationError as error:
        from bot.campaign_files.lines import line_map  # with all that reads campaigns: not before there is a mistake

        lines = line_map(text)
        raise ConfigError([_line(path, lines, problem) for problem in error.errors()]) from None
    folder = (path.resolve().parent / file.data.folder).resolve()
    url = file.data.database or f"sqlite:///{folder / 'xuncha.db'}"
    return Settings(file.agency, file.telegram, file.times, file.web, file.log, folder, url)


def _overlay_environment(data: dict[str, Any]) -> None:
    """XUNCHA_TELEGRAM__TOKEN overrides [telegram] token. Values are TOML where they can be, else text."""
    for name, value in os.environ.items():
        section, separator, key = name.removeprefix(PREFIX).lower().partition("__")
        if not name.startswith(PREFIX) or not separator:
            continue
        try:
            parsed = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            parsed = value
        table = data.setdefault(section, {})
        if isinstance(table, dict):
            table[key] = parsed


def _line(path: Path, lines: "LineMap", problem: Any) -> str:
    where = tuple(part for part in problem["loc"] if isinstance(part, str | int))
    key = ".".join(str(part) for part in where)
    return f"{path}:{lines.of(where)}: {key}: {_what(where, problem)}"


def _what(where: tuple[str | int, ...], problem: Any) -> str:
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "missing":
        return "is missing. See config.example.toml for what belongs there."
    if kind == "extra_forbidden":
        known = _known(where[:-1])
        near = difflib.get_close_matches(str(where[-1]), known, 1)
        meant = f" Did you mean {near[0]}?" if near else ""
        return f"is not a setting.{meant} Allowed here: {', '.join(known)}."
    if kind == "literal_error":
        return f"must be one of {context['expected']}."
    if kind == "value_error":
        return str(context["error"])
    return str(problem["msg"])


def _known(section: tuple[str | int, ...]) -> list[str]:
    model: Any = _File
    for part in section:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        if field is None:
            return []
        model = field.annotation
    return list(model.model_fields)
