"""Writes one sheet of a ledger as CSV for other programs, harmless when a spreadsheet opens it."""

import csv
import io

from handlers.sheets.cells import as_moment, as_number, as_text, clean_text, quoted_for_csv
from handlers.sheets.ledger import Cell, Column, Kind, Sheet


def write_csv(sheet: Sheet) -> bytes:
    """UTF-8 with a byte order mark, without which Excel garbles Chinese; photos appear as their number."""
    stored = io.StringIO(newline="")
    writer = csv.writer(stored, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([quoted_for_csv(clean_text(column.title)) for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow([_field(column, row.get(column.key)) for column in sheet.columns])
    return stored.getvalue().encode("utf-8-sig")


def _field(column: Column, value: Cell) -> str:
    if column.kind is Kind.NUMBER and as_number(value) is not None:
        return str(value)
    moment = as_moment(value, column.kind) if column.kind in (Kind.DATE, Kind.DATETIME) else None
    return as_text(moment) if moment is not None else quoted_for_csv(clean_text(as_text(value)))
