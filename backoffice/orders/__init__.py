"""The page of an order, and what staff do with it."""
