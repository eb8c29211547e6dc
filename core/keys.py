"""Many keys of rows at once, as a search finds them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

_LETTERS = 36  # of a UUID


class Keys(Sequence[str]):
    """
    Keys as PostgreSQL writes an array of UUIDs, and as it reads one.

    Of thousands, a page shows two dozen and counts the rest: as one text they take a third of the
    memory, and no time to take apart and to put together again.
    """

    __slots__ = ("array",)

    def __init__(self, array: str = "{}") -> None:
        self.array = array

    @classmethod
    def of(cls, keys: Iterable[object]) -> "Keys":
        """The same from single ones, in their order."""
        return keys if isinstance(keys, cls) else cls("{" + ",".join(map(str, keys)) + "}")

    def __len__(self) -> int:
        return (len(self.array) - 1) // (_LETTERS + 1)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        places = range(len(self))[place]
        return self._at(places) if isinstance(places, int) else list(map(self._at, places))

    def _at(self, place: int) -> str:
        start = 1 + place * (_LETTERS + 1)
        return self.array[start : start + _LETTERS]

    def __iter__(self) -> Iterator[str]:
        return iter(self.array[1:-1].split(",") if len(self) else ())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Keys) and self.array == other.array

    def __hash__(self) -> int:
        return hash(self.array)

    def __repr__(self) -> str:
        return f"Keys({self.array!r})"
