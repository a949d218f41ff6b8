"""What people take away: ledgers as XLSX or CSV, from plain data that a queue row can carry."""

from handlers.sheets.columns import check_columns, check_sheet_name, finding_columns, finding_sheet_name
from handlers.sheets.csv_file import write_csv
from handlers.sheets.ledger import Cell, Column, Kind, Ledger, Sheet
from handlers.sheets.workbook import write_ledger

__all__ = [
    "Cell",
    "Column",
    "Kind",
    "Ledger",
    "Sheet",
    "check_columns",
    "check_sheet_name",
    "finding_columns",
    "finding_sheet_name",
    "write_csv",
    "write_ledger",
]
