"""Import and export of products as spreadsheets, one row for each variant."""
