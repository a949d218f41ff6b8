"""B76–B83 in config.toml: every mistake with its file, line and key, in both languages, and never a secret."""

from pathlib import Path

import pytest

from bot.__main__ import main
from bot.config import ConfigError, read_settings

TOKEN = "7000000001:AAcanary_TOKEN_that_must_never_be_seen_0"
GOOD = f"""[agency]
name = "清新区"
timezone = "Asia/Shanghai"
language = "zh"
[telegram]
token = "{TOKEN}"
admins = [1001]
mode = "polling"
proxy = "http://user:canary-password@proxy:3128"
messages_per_second = 30
[data]
database = ""
[times]
quiet_from = "21:00"
quiet_to = "07:30"
[web]
port = 8080
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def refused(path: Path) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        read_settings(path)
    for language in ("zh", "en"):
        said = caught.value.text(language)
        assert "canary" not in said
        assert "{" not in said
    return caught.value


def spoil(path: Path, old: str, new: str) -> int:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


SLIPS = [
    ("B76", f'token = "{TOKEN}"\n', "", "telegram.token", "缺少「token」。请补上。", "token is missing. Add it."),
    ("B77", "messages_per_second", "mesages_per_second", "telegram.mesages_per_second",
     "是不是「messages_per_second」？",
     'Did you mean "messages_per_second"?'),
    ("B77", "[times]", "[time]", "time", "是不是「times」？", 'Did you mean "times"?'),
    ("B77", '"polling"', '"pulling"', "telegram.mode", "是不是「polling」？可以写：polling、webhook。",
     'Did you mean "polling"? Allowed: polling, webhook.'),
    ("B78", "= 30", '= "yes"', "telegram.messages_per_second", "应为数字（不加引号），现在写的是 yes。",
     "must be a number without quotes, not yes."),
    ("B78", "= 30", '= "30"', "telegram.messages_per_second", "应为数字（不加引号）",
     "must be a number without quotes"),
    ("B78", "= 8080", "= true", "web.port", "应为整数（不加引号），现在写的是 true。",
     "must be a whole number without quotes, not true."),
    ("B78", "[1001]", '"1001"', "telegram.admins", "应为一组整数，如 [1, 2]",
     "a list of whole numbers, as in [1, 2]"),
    ("B78", "[1001]", '["陈"]', "telegram.admins[1]", "应为整数（不加引号），现在写的是 陈。", "not 陈"),
    ("B78", f'"{TOKEN}"', "7000000001", "telegram.token", "应为文字（加英文引号），现在写的是 …。",
     "text in quotes, not …"),
    ("B78", '"清新区"', "7", "agency.name", "应为文字（加英文引号），现在写的是 7。", "text in quotes, not 7."),
    ("B78", '"21:00"', "2100", "times.quiet_from", '请写成 "18:00"。', 'Write it as "18:00".'),
    ("B78", '"21:00"', '"24:00"', "times.quiet_from", "24:00 不是时间。", "24:00 is not a time."),
    ("B78", "= 8080", "= 80800", "web.port", "请填 0 到 65535。", "Give 0 to 65535."),
    ("B78", "= 30", "= 0", "telegram.messages_per_second", "请填大于 0 的数。", "is not above 0."),
    ("B78", "= 30", "= nan", "telegram.messages_per_second", "nan", "nan"),
    ("B80", "[web]", "[times]", "", "同名的表出现了两次", "this table stands twice"),
    ("B80", "port = 8080", "port = 8080\nport = 8081", "", "写了两次", "stands twice in one table"),
    ("B81", "Asia/Shanghai", "Asia/Shangai", "agency.timezone", "是不是「Asia/Shanghai」？",
     'Did you mean "Asia/Shanghai"?'),
    ("token", TOKEN, "canary", "telegram.token", "请填 BotFather 给的", "Put in what BotFather gave you"),
    ("token unquoted", f'"{TOKEN}"', TOKEN, "", "这个值读不懂：token = …。", "cannot be read: token = …"),
    ("token unclosed", f'"{TOKEN}"', f'"{TOKEN}', "", "没有收尾", "is not closed"),
    ("database", 'database = ""', 'database = "postgres//x:canary@y"', "data.database", "不是能用的数据库地址",
     "not a database"),
    ("proxy", "http://user", "user", "telegram.proxy", "「…」不是网址", '"…" is not an address'),
    ("proxy without a host", "canary-password@proxy", "canary-password@", "telegram.proxy", "「…」不是网址",
     '"…" is not an address'),
    ("proxy half", "user:canary-password@proxy:3128", "[::1", "telegram.proxy", "「…」不是网址",
     '"…" is not an address'),
    ("webhook", '"polling"', '"webhook"', "telegram", "要写 webhook_url", "needs webhook_url"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "old", "new", "key", "zh", "en"), SLIPS, ids=[f"{s[0]}-{s[3]}-{s[2][:12]}" for s in SLIPS]
)
def test_a_slip_is_told_with_file_line_and_key(
    config: Path, case: str, old: str, new: str, key: str, zh: str, en: str
) -> None:
    line = spoil(config, old, new)
    error = refused(config)
    [mistake] = error.errors
    assert (mistake.file, mistake.key) == (str(config), key)
    # A missing key has no line: its table is shown. What cannot be parsed is only noticed at or after the slip.
    assert mistake.line in {line, line - 1, line + 1} if mistake.key != "telegram" else mistake.line == 5
    assert zh in error.text("zh")
    assert en in error.text("en")


def test_b76_all_mistakes_at_once_in_the_offices_language(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(config, f'token = "{TOKEN}"\n', "")
    spoil(config, "= 8080", "= true")
    spoil(config, 'language = "zh"', 'language = "en"')
    assert main(["check-config", "--config", str(config)]) == 78
    said = capsys.readouterr().err.splitlines()
    assert said == [
        f"{config} line 5 telegram.token: token is missing. Add it.",
        f"{config} line 16 web.port: port must be a whole number without quotes, not true. Correct it.",
    ]


def test_b76_a_setting_from_the_environment_is_named_by_its_variable(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUNCHA_TELEGRAM__TOKEN", "canary")
    monkeypatch.setenv("XUNCHA_WEB__PROT", "1")
    found = {(mistake.file, mistake.key, mistake.code) for mistake in refused(config).errors}
    assert found == {
        ("XUNCHA_TELEGRAM__TOKEN", "telegram.token", "token_wrong"),
        ("XUNCHA_WEB__PROT", "web.prot", "key_unknown"),
    }


def test_b79_quiet_hours_may_cross_midnight_or_be_none(config: Path) -> None:
    """Nothing in these settings has a start that must lie before an end; equal times mean no quiet at all."""
    spoil(config, '"07:30"', '"21:00"')
    times = read_settings(config).times
    assert times.quiet_from == times.quiet_to


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "config_empty"),
        (b"\xef\xbb\xbf# only a remark\n", "config_empty"),
        (GOOD.encode() + b"#" * 1_000_000, "file_too_big"),
        (b"a = " + b"[" * 50_000, "toml_deep"),
        (GOOD.replace("清新区", "X").encode().replace(b'"X"', b'"\xff\xfe\xfa\x80"'), "encoding_unreadable"),
    ],
    ids=["B82-empty", "B82-remarks", "B82-large", "B82-deep", "B83-no-text"],
)
def test_b82_b83_files_that_are_no_settings(config: Path, content: bytes, code: str) -> None:
    config.write_bytes(content)
    assert [mistake.code for mistake in refused(config).errors] == [code]


def test_b82_fifty_megabytes_are_not_even_read(config: Path) -> None:
    with config.open("wb") as file:
        file.truncate(50_000_000)
    said = refused(config).text("en")
    assert said.endswith("the file is larger than 1 MB, which no campaign file is. Check that it is the right one.")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_b83_b84_settings_of_old_editors_are_read(config: Path, encoding: str) -> None:
    config.write_bytes(GOOD.replace("\n", "\r\n").encode(encoding))
    settings = read_settings(config)
    assert (settings.agency.name, settings.web.port) == ("清新区", 8080)


def test_b76_no_file_at_all_is_told_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--config", str(tmp_path / "none.toml")]) == 78
    assert capsys.readouterr().err.splitlines() == [
        f"{tmp_path}/none.toml：没有这个文件。请把 config.example.toml 复制为 config.toml，填上 token。",
        f"{tmp_path}/none.toml: there is no such file. Copy config.example.toml to config.toml and fill in the token.",
    ]
