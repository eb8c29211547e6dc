"""The steps that close a month, and the checks of the books."""
