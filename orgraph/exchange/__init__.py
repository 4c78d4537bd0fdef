"""Formats out: workbooks, CSV and JSON that keep every value what it is."""

from orgraph.exchange.plain import to_csv, to_json, write_csv
from orgraph.exchange.replacing import replacing
from orgraph.exchange.workbook import sheet_names, write_workbook

__all__ = ["replacing", "sheet_names", "to_csv", "to_json", "write_csv", "write_workbook"]
