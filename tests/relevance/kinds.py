"""
The second judge, without graders: each kind of thing, asked for by all its names.

A category or family is right for its names and their synonyms, in both languages, singular and
plural. An accessory of a kind ("laptop case", "funda de laptop") is right where its name says so.
"""

import re
import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.models import Category, Family, Product
from catalog.search import kinds, synonyms
from catalog.search.texts import IRREGULAR_PLURALS, STOP_WORDS, base, plain
from tests.relevance import SEEN, Find

FEW = 10
ACCESSORIES = ("{} case", "case for {}", "funda de {}", "funda para {}")
CASE_WORDS = frozenset({"case", "cover", "funda", "estuche", "bag", "sleeve", "pouch"})


@dataclass(frozen=True)
class Kind:
    """One name of a kind: the share of the first ten that are of it, and how many there are."""

    query: str
    share: float
    products: int


def report(find: Find) -> str:
    """The mean, and each name that misses, worst first."""
    asked = list(_kinds(find))
    large = [kind for kind in asked if kind.products >= FEW]
    cases = list(_accessories(find))
    lines = [
        (
            f"{len(asked)} names of kinds: {statistics.mean(kind.share for kind in asked):.3f}"
            f" of the first {SEEN} are of the kind;"
            f" {sum(kind.share < 0.8 for kind in large)} of {len(large)} names of kinds"
            f" with {FEW} products or more under 0.8"
        )
    ]
    if cases:
        mean = statistics.mean(kind.share for kind in cases)
        lines.append(f"{len(cases)} accessories: {mean:.3f} of the first {SEEN} say so")
    worst = sorted([*asked, *cases], key=lambda kind: (kind.share, -kind.products))
    lines += [
        f"{kind.query:<50}{kind.share:>8.2f}{kind.products:>8}" for kind in worst if kind.share < 1
    ]
    return "\n".join(lines)


def _kinds(find: Find) -> Iterator[Kind]:
    members = _members()
    named: dict[str, set[str]] = defaultdict(set)
    for kind in (*Family.objects.filter(is_active=True), *Category.objects.active()):
        for language, text in (("en", kind.name_en or ""), ("es", kind.name_es or "")):
            for part in (text, *kinds.parts_of(text, language)):
                for name in _names(part):
                    named[name] |= members[kind.pk]
    for name, products in sorted(named.items()):
        if products:
            found = find(name)[:SEEN]
            yield Kind(name, len(products & set(found)) / min(SEEN, len(products)), len(products))


def _members() -> dict[object, set[str]]:
    """The catalogue's keys of products in each family, and in each category and below it."""
    categories = Category.objects.values_list("pk", "parent", "family")
    parents = {key: parent or family for key, parent, family in categories}
    found: dict[object, set[str]] = defaultdict(set)
    for key, category in Product.objects.published().values_list("external_id", "category"):
        place = category
        while place:
            found[place].add(key or "")
            place = parents.get(place)
    return found


def _names(text: str) -> Iterator[str]:
    for each in (text, *synonyms.texts_of_phrase(text)):
        if each:
            yield each
            yield _other_number(each)


def _other_number(name: str) -> str:
    """Plural for singular, and the reverse, of a name of one word."""
    if not name.isalpha() or name.lower() in IRREGULAR_PLURALS or name.isupper():
        return name
    if not name.lower().endswith("s"):
        return name + ("s" if name[-1] in "aeiouáéíóú" or name.isascii() else "es")
    ending = "es" if re.search("(?:ch|sh|ss|x|or|ad|ón|on)es$", name) else "s"
    return name.removesuffix(ending)


def _accessories(find: Find) -> Iterator[Kind]:
    """Only of kinds that have a few."""
    titles = {
        key or "": {base(word) for word in re.findall(r"[^\W_]+", plain(name))}
        for key, name in Product.objects.published().values_list("external_id", "name")
    }
    wanted = {base(word) for word in CASE_WORDS}
    for name in sorted({plain(category.name_en or "") for category in Category.objects.active()}):
        words = {base(word) for word in name.split() if word not in STOP_WORDS}
        right = {key for key, title in titles.items() if words <= title and wanted & title}
        if len(right) < FEW or len(words) > 1:
            continue
        for pattern in ACCESSORIES:
            query = pattern.format(name)
            found = find(query)[:SEEN]
            share = sum(bool(wanted & titles[key]) for key in found) / SEEN
            yield Kind(query, share, len(right))
