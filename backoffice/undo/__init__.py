"""What somebody has done to rows, and how it is taken back within ten minutes."""
