"""The providers' own descriptions of their APIs, for the judges; SOURCES.md says whose they are."""

from pathlib import Path

FOLDER = Path(__file__).parent
