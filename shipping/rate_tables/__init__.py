"""Tables of rates as files: written, read back with every mistake named, put in place whole."""

from core.reports.csv_files import MAX_FILE, Problem
from shipping.rate_tables.entries import COLUMNS, Entry, entries_of
from shipping.rate_tables.reading import MAX_ROWS, Table, read
from shipping.rate_tables.writing import Change, compare, replace
