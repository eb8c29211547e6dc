"""Base classes, lists, filters, exports and bulk actions of the back office."""
