"""The demo's files, and how they write texts, times and pictures."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage

Row = Mapping[str, Any]


@dataclass
class DemoSource:
    """`folder` holds the files that demo/README.md describes; `now` is the moment of loading."""

    folder: Path
    now: datetime
    say: Callable[[str], None]
    missing: list[str] = field(default_factory=list)

    @cached_property
    def shop(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads((self.folder / "shop.json").read_text("utf-8"))
        return data

    @cached_property
    def words(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads((self.folder / "options_es.json").read_text("utf-8"))
        return data

    @property
    def catalogue(self) -> Path:
        return self.folder / "catalogue.jsonl"

    def moment(self, hours: float | None) -> datetime | None:
        return None if hours is None else self.now + timedelta(hours=hours)

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def picture(self, name: str, folder: str = "") -> str:
        """Put the picture into the media storage once; its name there, or "" if it is absent."""
        path = self.folder / "pictures" / name
        if not name or not path.is_file():
            if name:
                self.missing.append(name)
            return ""
        target = f"{folder}{name}"
        if not default_storage.exists(target):
            with path.open("rb") as stream:
                return default_storage.save(target, File(stream))
        return target


def both(row: Row, *names: str) -> dict[str, Any]:
    """`name` and `name_es` of the files as `name_en` and `name_es` of the models."""
    texts: dict[str, Any] = {}
    for name in names:
        english = row.get(name, "")
        texts[f"{name}_en"] = english
        texts[f"{name}_es"] = row.get(f"{name}_es") or english
    return texts
