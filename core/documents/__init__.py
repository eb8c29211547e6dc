"""Documents on paper, drawn as PDF."""
