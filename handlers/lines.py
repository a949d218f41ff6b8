"""Which command a line says: with a slash, by its first word, or as a key of the keyboard sends it."""

import re
import unicodedata

from handlers import incident_lines, keys, texts
from handlers.turn import Turn
from models.naming import fold

# first word of a line → the command it stands for
WORDS: dict[str, str] = {
    "邀请": "invite",
    "invite": "invite",
    "绑定": "bind",
    "bind": "bind",
    "语言": "lang",
    "language": "lang",
    "帮助": "help",
    "help": "help",
    "我的": "mine",
    "mine": "mine",
    "导出": "export",
    "export": "export",
    "导出csv": "csv",
    "exportcsv": "csv",
    "取消": "cancel",
    "cancel": "cancel",
    "检查": "check",
    "结束行动": "close",
    "重开行动": "reopen",
    "离职": "leave",
    "leave": "leave",
    "二维码": "code",
    "qr": "code",
    "complaint": "complaint",
    "complaints": "complaint",
    "答复": "answer",
    "answer": "answer",
}

# what is written without a space behind it: 投诉：玄真公厕灯不亮, 答复TH-0806-C01 已换灯
_RUN_ON = re.compile(r"(投诉|投訴)[\s:,、]*|(?:答复|答復)[\s:,、]*(?=(?:No\.?\s*)?[A-Z]{2,6}-\d{4}-C\d)", re.IGNORECASE)

# key of the keyboard → the command it stands for
KEYS = {"key.check": "check", "key.mine": "mine", "key.progress": "status", "key.open": "open"}


def command_in(line: str) -> tuple[str, str] | None:
    """`/status 太和`, `／STATUS@OurBot 太和`, `邀请 巡查员 太和镇`, a key of the keyboard; None for anything else."""
    plain = unicodedata.normalize("NFKC", line).strip()
    found = re.match(r"^/([A-Za-z_]+)(?:@(\w+))?\s*(.*)$", plain, re.DOTALL)
    if found:
        return found[1].lower(), found[3]
    pressed = key_pressed(plain)
    if pressed is not None:
        return pressed
    if ending := re.match(r"(end|close|reopen)\s+campaign\b\s*(.*)$", plain, re.IGNORECASE | re.DOTALL):
        return ("reopen" if ending[1].casefold() == "reopen" else "close"), ending[2]
    alarm = incident_lines.raised(line)
    if alarm is not None:
        return "serious", alarm
    if found := _RUN_ON.match(plain):
        return ("complaint" if found[1] else "answer"), plain[found.end() :]
    first, _, rest = plain.partition(" ")
    name = WORDS.get(fold(first))
    if name is None:
        return None
    if name in {"mine", "cancel"} and rest.strip():
        return None
    return name, rest


def is_for_another(turn: Turn, line: str) -> bool:
    """`/status@OtherBot`, in letters of any width (B71)."""
    found = re.match(r"^/\w+@(\w+)", unicodedata.normalize("NFKC", line).strip())
    return found is not None and found[1].casefold() != turn.agency.bot_name.casefold()


def key_pressed(line: str) -> tuple[str, str] | None:
    """A permanent key sends its own label; `📍 检查` sends this only where the phone gave no position."""
    for language in texts.LANGUAGES:
        for rows in keys.KEYBOARDS.values():
            for key in (key for row in rows for key in row):
                if line == texts.say(language, key):
                    meant = KEYS.get(key)
                    return (meant, "") if meant is not None else None
    return None
