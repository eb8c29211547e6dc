"""Public holidays and working days."""
