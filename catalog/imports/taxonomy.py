"""Families, categories and brands named in files: found or created."""

from uuid import UUID

from django.utils.text import slugify

from catalog.models import Brand, Category, Family
from core.ids import uuid7


def free_slug(text: str, taken: set[str], length: int = 150) -> str:
    """A slug that is not in `taken`; adds it there."""
    base = slugify(text)[:length].strip("-") or "x"
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    taken.add(slug)
    return slug


class Taxonomy:
    """
    Looks up names in English, then in Spanish, and creates what is missing.

    Two English names may share a Spanish one, but siblings may not share a name: the second then
    keeps its English name in both languages.
    """

    def __init__(self, *, is_dry_run: bool = False) -> None:
        # Names of what was created, or would be in a dry run.
        self.created: list[str] = []
        self._is_dry_run = is_dry_run
        self._families: dict[str, UUID] = {}
        self._nodes: dict[tuple[UUID, UUID | None, str], UUID] = {}
        self._slugs = {
            model: set(model._default_manager.values_list("slug", flat=True))
            for model in (Family, Category, Brand)
        }
        for pk, *names in Family.objects.values_list("pk", "name_es", "name_en"):
            self._families.update({name.lower(): pk for name in names if name})
        rows = Category.objects.values_list("pk", "family_id", "parent_id", "name_es", "name_en")
        for pk, family, parent, *names in rows:
            self._nodes.update({(family, parent, name.lower()): pk for name in names if name})
        self._brands: dict[str, UUID] = {
            name.lower(): pk for pk, name in Brand.objects.values_list("pk", "name")
        }

    def brand(self, name: str) -> UUID | None:
        """The brand of that name, in any case."""
        if not name:
            return None
        if name.lower() not in self._brands:
            brand = Brand(id=uuid7(), name=name, slug=free_slug(name, self._slugs[Brand]))
            self._add(brand, name)
            self._brands[name.lower()] = brand.pk
        return self._brands[name.lower()]

    def _add(self, row: Brand | Family | Category, name: str) -> None:
        if not self._is_dry_run:
            row.save(force_insert=True)
        self.created.append(name)

    def knows_brand(self, name: str) -> bool:
        return name.lower() in self._brands

    def find(self, path: tuple[str, ...]) -> UUID | None:
        """The category of the path in either language, if it exists."""
        family = self._families.get(path[0].lower())
        found: UUID | None = None
        for name in path[1:] or path[:1]:
            if family is None:
                return None
            found = self._nodes.get((family, found, name.lower()))
            if found is None:
                return None
        return found

    def category(self, path: tuple[str, ...], path_es: tuple[str, ...]) -> UUID:
        """The last category of the path. A family alone gets a category of its name."""
        spanish = path_es if len(path_es) == len(path) else path
        family = self._family(path[0], spanish[0])
        steps = list(zip(path[1:], spanish[1:], strict=True)) or [(path[0], spanish[0])]
        parent: UUID | None = None
        for name, name_es in steps:
            parent = self._node(family, parent, name, name_es)
        if parent is None:
            raise AssertionError("a path has one step at least")
        return parent

    def _family(self, name: str, name_es: str) -> UUID:
        known = self._families.get(name.lower())
        if known:
            return known
        if name_es.lower() in self._families:
            name_es = name
        family = Family(
            id=uuid7(),
            name_en=name,
            name_es=name_es,
            slug=free_slug(name_es, self._slugs[Family]),
            position=len(self._families),
            is_active=True,
        )
        self._add(family, name_es)
        self._families.update({name.lower(): family.pk, name_es.lower(): family.pk})
        return family.pk

    def _node(self, family: UUID, parent: UUID | None, name: str, name_es: str) -> UUID:
        key = (family, parent, name.lower())
        if key not in self._nodes:
            if (family, parent, name_es.lower()) in self._nodes:
                name_es = name
            node = Category(
                id=uuid7(),
                family_id=family,
                parent_id=parent,
                name_en=name,
                name_es=name_es,
                slug=free_slug(name_es, self._slugs[Category]),
                position=len(self._nodes),
            )
            self._add(node, name_es)
            self._nodes.update({key: node.pk, (family, parent, name_es.lower()): node.pk})
        return self._nodes[key]
