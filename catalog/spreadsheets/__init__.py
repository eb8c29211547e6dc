"""Products and their variants in spreadsheets: one row for each variant, both ways."""
