"""What a spreadsheet program does to codes and cells behind the clerk's back, told apart from real content."""

import re
from collections.abc import Iterator

from bot.campaign_files.errors import FileError
from bot.campaign_files.sheet import Row, Sheet

SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee][+-]?\d{1,3}")
AS_DATE = re.compile(r"\d{1,2}月\d{1,2}日|\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}-[A-Z][a-z]{2}|[A-Z][a-z]{2}-\d{2}")
ERROR_VALUE = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|#+)")
# 1990 to 2064 counted in days, as a date cell looks when it is saved as a number.
DAY_NUMBER = re.compile(r"(?:3[3-9]|[45]\d)\d{3}(?:\.0+)?")
DATE_HEADING = re.compile(r"日期|时间|date", re.IGNORECASE)


def excel_slips(sheet: Sheet) -> Iterator[FileError]:
    for row in sheet.rows:
        yield from _cells(row)
    yield from _codes([row for row in sheet.rows if row["code"]])


def _cells(row: Row) -> Iterator[FileError]:
    for column, cell in row.cells.items():
        if ERROR_VALUE.fullmatch(cell):
            yield _slip("excel_error_value", row, column)
        elif DATE_HEADING.search(column) and DAY_NUMBER.fullmatch(cell):
            yield _slip("excel_date", row, column)
    if SCIENTIFIC.fullmatch(row["code"]):
        yield _slip("excel_scientific", row, "code")
    elif AS_DATE.fullmatch(row["code"]):
        yield _slip("excel_date", row, "code")


def _codes(rows: list[Row]) -> Iterator[FileError]:
    """Codes all of digits but of different lengths have lost zeros; a lone day number among words was a date."""
    digits = [row for row in rows if row["code"].isdecimal()]
    if len(digits) < len(rows):
        yield from (_slip("excel_date", row, "code") for row in digits if DAY_NUMBER.fullmatch(row["code"]))
        return
    longest = max((len(row["code"]) for row in digits), default=0)
    for row in digits:
        if len(row["code"]) < longest:
            yield _slip("excel_zeros", row, "code", padded=row["code"].zfill(longest))


def _slip(code: str, row: Row, column: str, **args: str) -> FileError:
    return FileError(code, row.file, row.line, column, {"value": row[column], **args})
