"""
Hooks of mkdocs that adapt pages written for a code host.

They link files outside docs/, and begin lists and tables right below a sentence.
"""

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
BESIDE = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
FENCE = re.compile(r"\s*(```|~~~)")
ITEM = re.compile(r"([-*]|\d+\.) \S")
OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./([^)]+)\)")
ROW = re.compile(r"\|.*\|\s*$")
REST = "Operations"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add the decisions as a section, and pages that no section names to the operations."""
    nav: list[Any] = list(config.nav or [])
    named = set(re.findall(r"[\w/-]+\.md", str(nav)))
    pages = sorted(path.relative_to(ROOT / "docs").as_posix() for path in _pages())
    rest = [page for page in pages if "/" not in page and page not in named]
    for section in nav:
        if REST in section:
            section[REST] = [*section[REST], *rest]
    decisions = [page for page in pages if page.startswith("decisions/") and page not in named]
    config.nav = [*nav, {"Decisions": decisions}]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add pages from outside docs/."""
    for name, page in BESIDE.items():
        text = (ROOT / name).read_text("utf-8").replace("](docs/", "](")
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Link those pages, name other files, and separate lists and tables from the line above."""
    for name, address in BESIDE.items():
        markdown = markdown.replace(f"](../{name}", f"]({address}")
    if "/" not in page.file.src_uri:
        markdown = OUTSIDE.sub(r"\1 (`\2`)", markdown)
    return "\n".join(_parted(markdown.split("\n")))


def _pages() -> list[Path]:
    return list((ROOT / "docs").rglob("*.md"))


def _parted(lines: list[str]) -> list[str]:
    found: list[str] = []
    is_code = False
    for line in lines:
        is_code ^= bool(FENCE.match(line))
        above = found[-1] if found else ""
        if not is_code and above.strip() and _begins(line, above):
            found.append("")
        found.append(line)
    return found


def _begins(line: str, above: str) -> bool:
    """Whether a list or a table begins here; indented lines continue their item."""
    if ITEM.match(line):
        return not ITEM.match(above) and not above.startswith(" ")
    return bool(ROW.match(line)) and not ROW.match(above)
