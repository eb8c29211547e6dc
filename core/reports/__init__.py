"""Reports: their columns and filters, written as tables, CSV, JSON and workbooks."""
