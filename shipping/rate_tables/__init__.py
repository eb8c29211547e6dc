"""Tables of rates as files: written, read back with every mistake named, put in place whole."""

from core.reports.csv_files import LARGEST_FILE, Problem
from shipping.rate_tables.entries import COLUMNS, Entry, entries_of
from shipping.rate_tables.reading import MOST_ROWS, Table, read
from shipping.rate_tables.writing import Change, compare, replace

__all__ = [
    "COLUMNS",
    "LARGEST_FILE",
    "MOST_ROWS",
    "Change",
    "Entry",
    "Problem",
    "Table",
    "compare",
    "entries_of",
    "read",
    "replace",
]
