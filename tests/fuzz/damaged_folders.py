"""Real campaign folders, damaged: in their bytes, in the structure and values of the TOML, in the cells of the list."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.campaign_files.folders import DATA, TOILETS

Files = dict[str, bytes]
FOLDERS: dict[str, Files] = {
    folder.name: {name: (folder / name).read_bytes() for name in ("campaign.toml", "sites.csv")}
    for folder in (DATA / "livestock-farms", DATA / "mother-baby-rooms", TOILETS)
}
# The small ones more often: a case of the large one takes as long as five of theirs.
CHOICES = ("livestock-farms",) * 5 + ("mother-baby-rooms",) * 4 + (TOILETS.name,)
VALUES = (
    '""', '" "', "0", "-1", "7", "1e999", "nan", "inf", "-inf", "true", "[]", "[[]]", "{}", "[1, \"a\"]", "{ a = 1 }",
    "2018-02-30", "2018-01-01", "9999-12-31", "0001-01-01", "1979-05-27T07:32:00Z", "07:32:00", '"2018-11-31"',
    '"2018年13月底"', '"0000年1月1日"', '"太和镇"', '"牵头"', '"3:2"', '"0:0"', '"{value}"', '"%s\\u0000"', "'''\n'''",
    "9" * 400, "0x7fffffffffffffff", "-9223372036854775809", '"' + "长" * 5000 + '"', '"\\U0001F6BD"', '"\\ud83d"',
)  # fmt: skip
CELLS = (
    "", " ", "0", "-1", "nan", "1e999", "1.2E+11", "45292", "3月5日", "#REF!", "太和镇", "中心城区", "WGS-84",
    "90.0001", "113.01", "23.73", "23°44′", "=1+1", "'", '"', "\n", "\r\n", ";", "，", "\u200b", "\u202e", "{", "{0}",
    "%s", "\x00", "\x0b", "长" * 10_001, "C01", "ｃ０１", "𠮷", "\ufeff", "9" * 5000, "²", "٣", "1_000", "١٢",
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5", "shift_jis", "utf-7")


def damaged_folder(chance: Random) -> Files:
    files = dict(FOLDERS[chance.choice(CHOICES)])
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        damage = chance.choice((_bytes, _toml_lines, _toml_values, _toml_values, _sheet, _sheet))
        damage(files, chance)
    return files


def _bytes(files: Files, chance: Random) -> None:
    name = chance.choice(sorted(files))
    content = files[name]
    start = chance.randrange(len(content) + 1)
    end = min(len(content), start + chance.choice((0, 1, 2, 7, 100)))
    new = chance.choice((b"", chance.randbytes(3), content[end : end + 40], b"\xff\xfe", b"\x00", b"\r", "”".encode()))
    files[name] = new if chance.random() < 0.05 else content[:start] + new + content[end:]


def _toml_lines(files: Files, chance: Random) -> None:
    """Lines gone, twice, elsewhere; keys one letter off; tables of another name or kind."""
    lines = files["campaign.toml"].decode("utf-8", "replace").split("\n")
    here, there = chance.randrange(len(lines)), chance.randrange(len(lines))
    what = chance.randrange(6)
    if what == 0:
        del lines[here : here + chance.randint(1, 12)]
    elif what == 1:
        lines[there:there] = lines[here : here + chance.randint(1, 8)]
    elif what == 2:
        lines[here], lines[there] = lines[there], lines[here]
    elif what == 3:
        lines[here] = lines[here][:1] + lines[here][2:]
    elif what == 4:
        lines[here] = lines[here].replace("[[", "[").replace("]]", "]")
    else:
        lines[here] = lines[here].replace("[", "[[").replace("]", "]]")
    files["campaign.toml"] = "\n".join(lines).encode()


def _toml_values(files: Files, chance: Random) -> None:
    lines = files["campaign.toml"].decode("utf-8", "replace").split("\n")
    for _ in range(chance.randint(1, 3)):
        given = [number for number, line in enumerate(lines) if " = " in line]
        if given:
            number = chance.choice(given)
            lines[number] = f"{lines[number].partition(' = ')[0]} = {chance.choice(VALUES)}"
    files["campaign.toml"] = "\n".join(lines).encode()


def _sheet(files: Files, chance: Random) -> None:
    """Cells, rows and columns, then saved as some program might."""
    text = files["sites.csv"].decode("utf-8", "replace").replace("\0", "")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    for _ in range(chance.randint(1, 4)):
        if rows:
            chance.choice(SHEET)(rows, chance)
    kept = io.StringIO(newline="")
    end = chance.choice(("\n", "\r\n", "\r"))
    csv.writer(kept, delimiter=chance.choice(",,,;\t"), lineterminator=end).writerows(rows)
    files["sites.csv"] = kept.getvalue().encode(chance.choice(ENCODINGS), "replace")


def _one_cell(rows: list[list[str]], chance: Random) -> None:
    row = chance.choice(rows)
    if row:
        row[chance.randrange(len(row))] = chance.choice(CELLS)


def _one_column(rows: list[list[str]], chance: Random) -> None:
    column, value = chance.randrange(len(rows[0]) + 1), chance.choice((*CELLS, None, None))
    for row in rows:
        if value is not None:
            row.insert(column, value)
        elif column < len(row):
            del row[column]


def _order(rows: list[list[str]], chance: Random) -> None:
    if chance.random() < 0.5:
        chance.shuffle(rows)
        return
    order = list(range(len(rows[0])))
    chance.shuffle(order)
    rows[:] = [[row[number] if number < len(row) else "" for number in order] for row in rows]


def _some_rows(rows: list[list[str]], chance: Random) -> None:
    here = chance.randrange(len(rows))
    if chance.random() < 0.5:
        del rows[here : here + chance.randint(1, len(rows))]
    else:
        rows[here:here] = [list(row) for row in rows[-chance.randint(1, 5) :]]


SHEET: tuple[Callable[[list[list[str]], Random], None], ...] = (_one_cell, _one_cell, _one_cell, _one_column, _order,
                                                                _some_rows)  # fmt: skip


def written(files: Files, folder: Path) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
