"""
Both judges on real catalogues: `python -m tests.relevance FOLDER`.

The folder holds judged queries (relevance/*.csv: query, product_id, grade 0 to 2) and the catalogue
that they are about, and another one (catalogue/*.jsonl.gz). Each is loaded into a database of its
own, and so is the demo shop's.
"""

import os
import subprocess
import sys
from pathlib import Path

import django

from config import embedded, local
from config.preparation import Preparation
from config.processes import StartError, Supervisor
from config.run import say
from tests.relevance import OPTIONS, read_judgements

FOLDER = local.ROOT / ".data" / "relevance"
# Absolute paths stay as they are where they are joined.
CATALOGUES = {
    "icecat": Path("catalogue/icecat.jsonl.gz"),
    "shop": Path("catalogue/shop.jsonl.gz"),
    "demo": local.ROOT / "demo" / "catalogue.jsonl",
}


def main(folder: Path) -> int:
    """Measure each catalogue in a process of its own, which reads the settings once."""
    words = [sys.executable, "-m", "tests.relevance", str(folder)]
    return max([subprocess.run([*words, name], check=False).returncode for name in CATALOGUES])


def measure(folder: Path, name: str) -> int:
    """Load what is not loaded yet, and print the figures; gives the exit code."""
    catalogue = folder / CATALOGUES[name]
    (FOLDER / name).mkdir(parents=True, exist_ok=True)
    try:
        with Supervisor(FOLDER / name) as supervisor:
            environment = {
                **local.defaults(FOLDER / name),
                **os.environ,
                **embedded.start(supervisor, list(embedded.STARTERS)),
                "DEMO": "0",
                "SITE_URL": "http://127.0.0.1",
                "MEDIA_ROOT": str(FOLDER / name / "media"),
                "CATALOGUE_OPTIONS": OPTIONS,
            }
            Preparation(supervisor, environment, is_own_database=True, say=say).prepare(
                catalogue, is_demo=False
            )
            os.environ.update({**environment, "DJANGO_SETTINGS_MODULE": "config.settings"})
            django.setup()
            _report(name, folder)
    except StartError as error:
        sys.stderr.write(f"vitrina: {error}\n")
        return 1
    return 0


def _report(name: str, folder: Path) -> None:
    from catalog import search  # noqa: PLC0415 – needs the settings
    from catalog.models import Product  # noqa: PLC0415
    from tests.relevance import judged, kinds  # noqa: PLC0415

    ids = {str(pk): key or "" for pk, key in Product.objects.values_list("pk", "external_id")}

    def find(query: str) -> list[str]:
        return [ids[key] for key in search.found(query)]

    if name == "icecat":
        say(judged.report(read_judgements(sorted((folder / "relevance").glob("*.csv"))), find))
    say(f"\n{name}: {kinds.report(find)}")


if __name__ == "__main__":
    path, *names = sys.argv[1:]
    sys.exit(measure(Path(path), names[0]) if names else main(Path(path)))
