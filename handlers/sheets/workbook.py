"""Writes a ledger as an XLSX file that looks right on screen, on paper and in WPS."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers.sheets.cells import as_moment, as_number, as_text, clean_text, lines_needed, sheet_names
from handlers.sheets.ledger import Cell, Column, Kind, Ledger, Sheet
from handlers.sheets.photo_cells import PHOTO_ROW_POINTS, Thumbnails, place_photos
from handlers.sheets.words import word

_FONT = "Microsoft YaHei"
_A4 = 9
_LINE_POINTS = 15.0
_TALLEST_ROW_POINTS = 405.0
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True)
class _Styles:
    title: Any
    line: Any
    header: Any
    cells: dict[Kind, Any]


@dataclass(frozen=True)
class _Book:
    """The file being written, with what all its sheets share."""

    ledger: Ledger
    file: Any
    styles: _Styles
    thumbnails: Thumbnails = field(default_factory=Thumbnails)


def write_ledger(ledger: Ledger) -> bytes:
    """The same ledger gives the same bytes. Every text is stored as text, whatever it begins with."""
    stored = io.BytesIO()
    import xlsxwriter  # here, where a ledger is written: the process that talks to people never does

    with xlsxwriter.Workbook(stored, _OPTIONS) as file:
        created = ledger.as_of.replace(tzinfo=None)
        file.set_properties({"title": clean_text(ledger.title), "created": created})
        book = _Book(ledger, file, _styles(file))
        names = sheet_names([sheet.name for sheet in ledger.sheets], ledger.lang)
        for name, sheet in zip(names, ledger.sheets, strict=True):
            _write_sheet(book, name, sheet)
    return stored.getvalue()


def _styles(file: Any) -> _Styles:
    def style(**extra: Any) -> Any:
        return file.add_format({"font_name": _FONT, "font_size": 10, "valign": "vcenter"} | extra)

    body = {"border": 1, "border_color": "#C9D6D4", "text_wrap": True}
    return _Styles(
        title=style(font_size=16, bold=True, font_color="#115E59"),
        line=style(font_color="#52706C", text_wrap=True),
        header=style(
            bold=True,
            font_color="#FFFFFF",
            bg_color="#0F766E",
            align="center",
            text_wrap=True,
            border=1,
            border_color="#0B5A54",
        ),
        cells={
            Kind.TEXT: style(**body, indent=1),
            Kind.NUMBER: style(**body, align="center"),
            Kind.DATE: style(**body, align="center", num_format="yyyy-mm-dd"),
            Kind.DATETIME: style(**body, align="center", num_format="yyyy-mm-dd hh:mm"),
            Kind.PHOTO: style(**body, align="center", font_color="#52706C"),
        },
    )


def _write_sheet(book: _Book, name: str, sheet: Sheet) -> None:
    page = book.file.add_worksheet(name)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
    header = _write_head(book, page, sheet)
    page.set_row(header, 30)
    for place, column in enumerate(sheet.columns):
        page.write_string(header, place, clean_text(column.title), book.styles.header)
    for number, row in enumerate(sheet.rows, start=header + 1):
        page.set_row(number, _row_points(sheet.columns, row))
        record = _record_name(sheet.columns, row)
        for place, column in enumerate(sheet.columns):
            _write_cell(book, page, (number, place), column, row.get(column.key), record)
    _set_page(book, page, sheet, header)


def _write_head(book: _Book, page: Any, sheet: Sheet) -> int:
    """Title and the lines under it; returns the row of the column titles."""
    last = len(sheet.columns) - 1
    room = sum(column.width for column in sheet.columns)
    _write_across(page, 0, last, clean_text(book.ledger.title), book.styles.title)
    page.set_row(0, 30)
    lines = [*_head_lines(book, sheet), ""]
    for number, line in enumerate(lines, start=1):
        _write_across(page, number, last, line, book.styles.line)
        page.set_row(number, 18.0 * lines_needed(line, room) if line else 6.0)
    return len(lines) + 1


def _write_across(page: Any, row: int, last: int, text: str, style: Any) -> None:
    if last > 0:
        page.merge_range(row, 0, row, last, "", style)
    page.write_string(row, 0, text, style)


def _head_lines(book: _Book, sheet: Sheet) -> list[str]:
    ledger, lang = book.ledger, book.ledger.lang
    facts = [word(lang, "as_of", time=f"{ledger.as_of:%Y-%m-%d %H:%M}")]
    if ledger.exported_by:
        facts.append(word(lang, "exported_by", name=clean_text(ledger.exported_by)))
    if ledger.reference:
        facts.append(word(lang, "reference", number=clean_text(ledger.reference)))
    photos = book.thumbnails.count(sheet)
    key = "rows_and_photos" if photos else "rows"
    lines = [word(lang, "filter", filter=clean_text(ledger.filter))] if ledger.filter else []
    return [*lines, "    ".join(facts), word(lang, key, count=len(sheet.rows), photos=photos)]


def _write_cell(book: _Book, page: Any, at: tuple[int, int], column: Column, value: Cell, record: str) -> None:
    style = book.styles.cells[column.kind]
    if column.kind is Kind.PHOTO:
        _write_photos(book, page, at, column, value, record)
        return
    number = as_number(value) if column.kind is Kind.NUMBER else None
    moment = as_moment(value, column.kind) if column.kind in (Kind.DATE, Kind.DATETIME) else None
    if number is not None:
        page.write_number(*at, number, style)
    elif moment is not None:
        page.write_datetime(*at, moment, style)
    else:
        text = clean_text(as_text(value), book.ledger.lang)
        page.write_string(*at, text, style) if text else page.write_blank(*at, None, style)


def _write_photos(book: _Book, page: Any, at: tuple[int, int], column: Column, value: Cell, record: str) -> None:
    lang = book.ledger.lang
    photos = book.thumbnails.shown(column, value)
    alt_texts = [
        word(lang, "photo_of", column=column.title, place=place, record=record) for place in range(1, len(photos) + 1)
    ]
    placed = place_photos(page, at, photos, alt_texts)
    style = book.styles.cells[Kind.PHOTO]
    if photos and not placed:
        page.write_string(*at, word(lang, "no_photo"), style)
    else:
        page.write_blank(*at, None, style)


def _record_name(columns: Sequence[Column], row: Mapping[str, Cell]) -> str:
    """The first text of the row, which is its number: what a screen reader says a photo belongs to."""
    key = next((column.key for column in columns if column.kind is Kind.TEXT), "")
    return clean_text(as_text(row.get(key)))[:80]


def _row_points(columns: Sequence[Column], row: Mapping[str, Cell]) -> float:
    """Tall enough for the longest wrapped text: neither Excel nor WPS grows a row by itself when a file is opened."""
    texts = [column for column in columns if column.kind is Kind.TEXT]
    needed = max((lines_needed(as_text(row.get(column.key)), column.width) for column in texts), default=1)
    points = _LINE_POINTS * needed + 5
    if any(column.kind is Kind.PHOTO and row.get(column.key) for column in columns):
        points = max(points, PHOTO_ROW_POINTS)
    return min(points, _TALLEST_ROW_POINTS)


def _set_page(book: _Book, page: Any, sheet: Sheet, header: int) -> None:
    last_row, last_column = header + len(sheet.rows), len(sheet.columns) - 1
    page.freeze_panes(header + 1, min(2, last_column))
    page.autofilter(header, 0, last_row, last_column)
    page.print_area(0, 0, last_row, last_column)
    page.repeat_rows(header)
    page.set_landscape()
    page.set_paper(_A4)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.set_footer("&C" + word(book.ledger.lang, "page"))
    page.hide_gridlines(2)
    from xlsxwriter.utility import xl_rowcol_to_cell

    page.ignore_errors({"number_stored_as_text": f"A1:{xl_rowcol_to_cell(last_row, last_column)}"})
