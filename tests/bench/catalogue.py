"""
How fast search and lists are on 50,000 products: `python -m tests.bench.catalogue FOLDER`.

The folder holds catalogue/*.jsonl.gz and relevance/*.csv. One visitor asks for every page thrice
and the fastest counts: what a whole answer takes over the wire where nobody waits for anybody.
"""

import gzip
import json
import os
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import django
from django.db import connection

from config import embedded, local
from config.preparation import Preparation
from config.processes import StartError, Supervisor
from config.run import free_port, say, start_web
from tests.bench.load import Answer, Visitor
from tests.relevance import OPTIONS, read_judgements

FOLDER = local.ROOT / ".data" / "bench-50000"
PRODUCTS = 50_000
SOURCES = ("icecat", "shop")
TIMES = 3
HEAD = ("50,000 products, one visitor", "pages", "p50 ms", "p95 ms", "max ms", "queries")


def write_catalogue(source: Path, target: Path) -> None:
    """Every line of the sources, and then the same goods again as other models, to 50,000."""
    with gzip.open(target, "wt", encoding="utf-8") as out:
        for line in islice(_lines(source), PRODUCTS):
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


def _lines(source: Path) -> Iterator[dict[str, Any]]:
    for name in SOURCES:
        yield from _read(source / f"{name}.jsonl.gz")
    for model in ("Mk", "V"):
        for number, line in enumerate(_read(source / f"{SOURCES[0]}.jsonl.gz")):
            name = f"{line['name']} {model}{number}"
            yield {**line, "id": f"{model}:{number}", "name": name}


def _read(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def main(folder: Path) -> int:
    """Load what is not loaded yet, and print the table; gives the exit code."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    catalogue = FOLDER / "catalogue.jsonl.gz"
    if not catalogue.exists():
        write_catalogue(folder / "catalogue", catalogue)
    try:
        with Supervisor(FOLDER) as supervisor:
            port = free_port("127.0.0.1", 0)
            environment = {
                **local.defaults(FOLDER),
                **os.environ,
                **embedded.start(supervisor, list(embedded.STARTERS)),
                "DEMO": "1",
                "SITE_URL": f"http://127.0.0.1:{port}",
                "MEDIA_ROOT": str(FOLDER / "media"),
                "CATALOGUE_OPTIONS": OPTIONS,
                "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            }
            preparation = Preparation(supervisor, environment, is_own_database=True, say=say)
            preparation.prepare(catalogue, is_demo=False)
            start_web(supervisor, "127.0.0.1", port, environment)
            os.environ.update(environment)
            django.setup()
            _measure(folder, port)
    except StartError as error:
        sys.stderr.write(f"vitrina: {error}\n")
        return 1
    return 0


def _measure(folder: Path, port: int) -> None:
    judged = read_judgements(sorted((folder / "relevance").glob("*.csv")))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as the database itself does a minute later
    visitor = Visitor(port)
    say("{:<34}{:>8}{:>9}{:>9}{:>9}{:>9}".format(*HEAD))
    for name, paths in _pages(list(judged)).items():
        answers = [[visitor.get(path) for _ in range(TIMES)] for path in paths]
        say(_row(name, [min(few, key=lambda answer: answer.seconds) for few in answers]))
    visitor.close()


def _pages(judged: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """What to ask for, by the name of its row."""
    from catalog.models import Category, Product  # noqa: PLC0415 – needs the settings

    names = Product.objects.order_by("pk").values_list("name", flat=True)
    titles = [" ".join(name.split()[:3]) for name in names[::500]]
    shelves = list(Category.objects.order_by("slug").values_list("name_es", "slug"))
    queries = [*judged, *titles, *(name for name, _slug in shelves[::4])]
    typed = [query[:length] for query in queries for length in (2, 4, 7) if len(query) >= length]
    categories = [f"/c/{slug}/" for _name, slug in shelves]
    return {
        "hello, world": ["/bench/hello/"] * len(queries),
        "search": [f"/search/?q={quote_plus(query)}" for query in queries],
        "suggestions": [f"/search/suggest/?q={quote_plus(text)}" for text in dict.fromkeys(typed)],
        "category with facets": categories,
        "category with a facet chosen": [f"{path}?available=1" for path in categories],
    }


def _row(name: str, answers: Sequence[Answer]) -> str:
    wrong = [answer.status for answer in answers if answer.status != HTTPStatus.OK]
    times = sorted(answer.seconds * 1000 for answer in answers)
    return (
        f"{name:<34}{len(times):>8}{statistics.median(times):>9.1f}"
        f"{times[int(len(times) * 0.95)]:>9.1f}{times[-1]:>9.1f}"
        f"{max(answer.queries for answer in answers):>9}"
        f"{f'  answers other than 200: {wrong}' if wrong else ''}"
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
