"""Imports and exports of products."""
