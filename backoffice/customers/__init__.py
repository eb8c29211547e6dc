"""The page of a customer: all that the shop's people know of one person."""
