"""Cached values, the settings snapshot, and the tags of cached pages."""
