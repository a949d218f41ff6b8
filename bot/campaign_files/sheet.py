"""A table saved by a spreadsheet program to rows that know their line and are addressed by column name."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import OSA

from bot.campaign_files.errors import FileError, Problems, nearest
from bot.campaign_files.names import folded
from bot.campaign_files.toml_file import read_text

MOST_BYTES = 40_000_000
MOST_LETTERS = 10_000
SEPARATORS = ",;\t"
# A heading this near to a column that is missing was meant to be that column.
NEAR = 1


@dataclass(frozen=True)
class Row:
    """One line of the sheet. `cells` holds known columns under their English name, others under their own."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Sheet:
    rows: tuple[Row, ...]
    columns: tuple[str, ...]


def read_sheet(
    path: Path, known: Mapping[str, tuple[str, ...]], required: tuple[str, ...], problems: Problems
) -> Sheet | None:
    """`known` maps each column to the headings it goes by; columns may stand in any order and others may be added."""
    text = read_text(path, MOST_BYTES, problems)
    if text is None:
        return None
    lines = _lines(path.name, text, problems)
    heading_line, headings = next(lines, (1, []))
    columns = _columns(path.name, heading_line, headings, known, problems)
    missing = [column for column in required if column not in columns]
    for column in missing:
        also = known[column][0] if known[column] else column
        guess = _renamed((column, *known[column]), [name for name in columns if name and name not in known])
        problems.add(
            FileError(
                "column_missing", path.name, heading_line, column, {"column": column, "also": also}, suggestion=guess
            )
        )
    rows = tuple(_rows(path.name, lines, columns, problems))
    if missing:
        return None
    if not rows:
        problems.add(FileError("sheet_no_rows", path.name))
    return Sheet(rows, tuple(filter(None, columns)))


def _renamed(names: tuple[str, ...], strangers: list[str]) -> str | None:
    """The heading that looks like one of the missing column's names."""
    return next((guess for name in names if (guess := nearest(name, strangers)) is not None), None)


def _lines(file: str, text: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Every line that is not blank, with its number; a quoted cell may run over several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield start, [cell.strip() for cell in cells]
            start = reader.line_num + 1
    except csv.Error as error:
        problems.add(FileError("csv_broken", file, start, args={"detail": str(error)}))


def _separator(text: str) -> str:
    """Whatever stands most often in the heading line."""
    heading = next((line for line in text.splitlines() if line.strip(SEPARATORS + " ")), "")
    return max(SEPARATORS, key=heading.count)


def _columns(
    file: str, line: int, headings: list[str], known: Mapping[str, tuple[str, ...]], problems: Problems
) -> list[str]:
    """The column each heading stands for; an empty one has no name and must have no cells."""
    words = {folded(word): column for column, also in known.items() for word in (column, *also)}
    columns: list[str] = []
    for heading in headings:
        column = words.get(folded(heading), heading)
        if column and column in columns:
            problems.add(FileError("column_twice", file, line, heading, {"column": column}))
        columns.append(column)
    if len(headings) == 1 and "，" in headings[0]:
        problems.add(FileError("sheet_full_width", file, line))
    _guess_misspelt(file, line, columns, words, problems)
    return columns


def _guess_misspelt(file: str, line: int, columns: list[str], words: Mapping[str, str], problems: Problems) -> None:
    """lattitude is no attribute of its own: kept as one, the positions would silently be lost."""
    for heading in columns:
        meant = _near(folded(heading), words) if heading and heading not in words.values() else None
        if meant is not None and words[meant] not in columns:
            problems.add(FileError("column_guess", file, line, heading, {"column": heading}, suggestion=words[meant]))


def _near(heading: str, words: Mapping[str, str]) -> str | None:
    """A known English heading one slip away; Chinese ones are too short for that to mean anything."""
    if not heading.isascii() or len(heading) < 4:
        return None
    guess = nearest(heading, [word for word in words if word.isascii()])
    return guess if guess is not None and OSA.distance(heading, guess) <= NEAR else None


def _rows(file: str, lines: Iterator[tuple[int, list[str]]], columns: list[str], problems: Problems) -> Iterator[Row]:
    for line, cells in lines:
        named = dict(zip(columns, cells, strict=False))
        stray = [cell for number, cell in enumerate(cells) if cell and (number >= len(columns) or not columns[number])]
        if stray:
            problems.add(FileError("cell_without_column", file, line, args={"value": stray[0][:40]}))
        if any(len(cell) > MOST_LETTERS for cell in cells):
            problems.add(FileError("cell_too_long", file, line, args={"most": str(MOST_LETTERS)}))
        yield Row(file, line, {column: cell for column, cell in named.items() if column})
