"""Spanish as Peru and Mexico write numbers: 1,234.50."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
