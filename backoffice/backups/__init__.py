"""Backups: written, encrypted, stored, restored."""
