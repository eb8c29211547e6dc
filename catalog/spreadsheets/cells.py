"""Cell types: how values are read, validated and written."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from constance import config
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import slugify
from django.utils.translation import gettext as _

from catalog.gtin import check_gtin
from catalog.imports.lines import storable
from catalog.imports.writer import option_key, option_value_key
from core.formats import SYMBOLS
from core.money import MAX_AMOUNT, quantize
from core.web.forms import check_moment, with_point

STEP, PAIR, LIST = ">", "=", "|"
_MAX_PARTS, _MAX_PART_LENGTH = 50, 2000
_MAX_STEP_LENGTH = 150
_YES = frozenset({"1", "yes", "true", "sí", "si", "verdadero", "x", "active", "publish"})
_WHOLE = re.compile(r"[0-9]{1,9}|[0-9]{1,3}([.,])[0-9]{3}(\1[0-9]{3})?")
_NO = frozenset({"0", "no", "false", "falso", "-1", "draft", "archived"})


class CellKind:
    """A type of cell."""

    def clean(self, value: str, *, has_decimal_commas: bool = False) -> Any:
        """
        Parse the cell.

        :raises ValueError: if it is invalid, saying how to correct it
        """
        raise NotImplementedError

    def render(self, value: Any) -> str:
        """The value as text that `clean` reads."""
        raise NotImplementedError

    def meaning(self, value: Any) -> Any:
        """What is compared to find out whether a cell differs from the shop."""
        return self.render(value)


class TextCell(CellKind):
    """A text without characters that PostgreSQL refuses."""

    def __init__(self, most: int | None = None) -> None:
        self._most = most

    def clean(self, value: str, *, has_decimal_commas: bool = False) -> str:
        text = storable(value)
        if self._most and len(text) > self._most:
            raise ValueError(
                _("it has more than %(most)s characters: shorten it") % {"most": self._most}
            )
        return text

    def render(self, value: Any) -> str:
        return "" if value is None else str(value)


class CodeCell(TextCell):
    """A text without spaces at the ends."""

    def clean(self, value: str, *, has_decimal_commas: bool = False) -> str:
        return super().clean(value).strip()


class GtinCell(CodeCell):
    """A GTIN, without spaces and hyphens."""

    def clean(self, value: str, *, has_decimal_commas: bool = False) -> str:
        number = re.sub(r"[\s-]", "", super().clean(value))
        try:
            if number:
                check_gtin(number)
        except ValidationError as error:
            raise ValueError(error.messages[0].rstrip(".")) from error
        return number


class SlugCell(CodeCell):
    """A slug; other text is turned into one."""

    def clean(self, value: str, *, has_decimal_commas: bool = False) -> str:
        return slugify(super().clean(value))


class YesNoCell(CellKind):
    def clean(self, value: str, *, has_decimal_commas: bool = False) -> bool:
        word = value.strip().lower()
        if word not in _YES | _NO:
            raise ValueError(_("“%(text)s” is neither 1 nor 0") % {"text": value[:20]})
        return word in _YES

    def render(self, value: Any) -> str:
        return "1" if value else "0"


class AmountCell(CellKind):
    """Money in the shop's currency, with any decimal and thousands separators."""

    def clean(self, value: str, *, has_decimal_commas: bool = False) -> Decimal | None:
        text = value.replace(config.CURRENCY, "").replace(SYMBOLS.get(config.CURRENCY, ""), "")
        if not text.strip():
            return None
        try:
            amount = Decimal(with_point(text))
        except InvalidOperation as error:
            raise ValueError(
                _("“%(text)s” is no amount such as 1234.50") % {"text": value[:30]}
            ) from error
        if not amount.is_finite() or not 0 <= amount <= MAX_AMOUNT:
            raise ValueError(_("“%(text)s” is no price: it is 0 or more") % {"text": value[:30]})
        return quantize(amount, config.CURRENCY)

    def render(self, value: Any) -> str:
        return "" if value is None else format(value, ".2f")


class MeasureCell(CellKind):
    """A weight or length with so many decimal places, below `most`."""

    def __init__(self, places: int, most: int) -> None:
        self._places, self._most = places, most

    def clean(self, value: str, *, has_decimal_commas: bool = False) -> Decimal | None:
        if not value.strip():
            return None
        number = _measure(value, has_decimal_commas=has_decimal_commas)
        if number >= self._most:
            raise ValueError(
                _("“%(text)s” is not below %(most)s") % {"text": value[:30], "most": self._most}
            )
        return number.quantize(Decimal(1).scaleb(-self._places))

    def render(self, value: Any) -> str:
        return "" if value is None else format(value, f".{self._places}f")


class CountCell(CellKind):
    """A whole number up to `most`; an empty cell means `empty`."""

    def __init__(self, most: int, empty: int | None = 0) -> None:
        self._most, self._empty = most, empty

    def clean(self, value: str, *, has_decimal_commas: bool = False) -> int | None:
        text = value.strip()
        if not text:
            return self._empty
        # "1,000" and "1.000" are ambiguous and refused.
        text = re.sub(r"[.,]0{1,2}$", "", text)
        if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) > self._most:
            raise ValueError(
                _("“%(text)s” is no whole number from 0 to %(most)s")
                % {"text": value[:30], "most": self._most}
            )
        return int(text)

    def render(self, value: Any) -> str:
        return "" if value == self._empty else str(value)


class MomentCell(CellKind):
    """A date, or date and time such as 2026-07-28 09:00, in the shop's time zone."""

    def clean(self, value: str, *, has_decimal_commas: bool = False) -> datetime | None:
        text = value.strip()
        if not text:
            return None
        try:
            day = parse_date(text)
            moment = datetime.combine(day, time.min) if day else parse_datetime(text)
            check_moment(moment)
        except (ValueError, ValidationError):
            moment = None
        if moment is None:
            raise ValueError(_("“%(text)s” is no day such as 2026-07-28") % {"text": text[:30]})
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)

    def render(self, value: Any) -> str:
        return value.isoformat() if value else ""


class ObjectCell(CellKind):
    """`material=Cotton | fit=Slim`, or JSON if a value is not a text."""

    def clean(self, value: str, *, has_decimal_commas: bool = False) -> dict[str, Any]:
        if not value.lstrip().startswith("{"):
            return dict(pairs_in(value))
        try:
            found = json.loads(value.replace("\\u0000", ""), parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise ValueError(_("it is neither key=value nor JSON")) from error
        return dict(found)

    def render(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""


def _refuse(name: str) -> None:
    raise ValueError(name)


def _measure(text: str, *, has_decimal_commas: bool) -> Decimal:
    """
    A number with decimal comma or point.

    :raises ValueError: if it is not a number, or is ambiguous as `1,234`
    """
    plain = re.sub(r"\s", "", text)
    marks = re.findall(r"[.,]", plain)
    digits = re.sub(r"\D", "", plain)
    usual = "," if has_decimal_commas else "."
    if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", plain) and marks != [usual]:
        small = f"{plain[:-4]}.{plain[-3:]}0"
        raise ValueError(
            _("“%(text)s” can be read in two ways: write %(whole)s or %(small)s")
            % {"text": plain, "whole": digits, "small": small}
        )
    decimal = marks[-1] if marks and marks.count(marks[-1]) == 1 else ""
    whole, _mark, fraction = plain.rpartition(decimal) if decimal else (plain, "", "")
    if not _WHOLE.fullmatch(whole) or not re.fullmatch(r"[0-9]{0,9}", fraction):
        raise ValueError(_("“%(text)s” is no number such as 1234.50") % {"text": text[:30]})
    return Decimal(f"{re.sub('[.,]', '', whole)}.{fraction or 0}")


def split(text: str, mark: str) -> list[str]:
    """Split at the mark; a backslash escapes it."""
    parts, start = [], 0
    for found in re.finditer(rf"\\.|{re.escape(mark)}", text, re.DOTALL):
        if found[0] == mark:
            parts.append(text[start : found.start()])
            start = found.end()
    return [part.strip() for part in (*parts, text[start:])]


def joined(parts: Iterable[str], mark: str) -> str:
    return f" {mark} ".join(parts)


def escape(text: str, *marks: str) -> str:
    """The text with a backslash before each mark."""
    for mark in ("\\", *marks):
        text = text.replace(mark, f"\\{mark}")
    return text


def unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def pairs_in(text: str) -> list[tuple[str, str]]:
    """
    Parse `size=M | color=Red`; colons separate pairs as well.

    :raises ValueError: if a part is not a pair
    """
    pairs = []
    for part in split(text, LIST) if text.strip() else []:
        mark = PAIR if len(split(part, PAIR)) > 1 else ":"
        name, *rest = split(part, mark)
        value = mark.join(rest)
        if not name or not value:
            raise ValueError(
                _("“%(text)s” is not written like size=M | color=Red") % {"text": text[:60]}
            )
        pairs.append((unescape(name), unescape(value)))
    return pairs


def pairs_as_text(pairs: Mapping[str, str] | Iterable[tuple[str, str]]) -> str:
    entries = pairs.items() if isinstance(pairs, Mapping) else pairs
    marks = (LIST, PAIR, ":")
    return joined((f"{escape(k, *marks)}={escape(v, *marks)}" for k, v in entries), LIST)


class PathCell(CellKind):
    """`Clothes > Shirts`: a family and categories."""

    def clean(self, value: str, *, has_decimal_commas: bool = False) -> tuple[str, ...]:
        steps = tuple(unescape(step) for step in split(value, STEP)) if value.strip() else ()
        if not all(steps):
            raise ValueError(_("a step between “>” is empty"))
        if any(len(step) > _MAX_STEP_LENGTH for step in steps):
            raise ValueError(_("a step has more than 150 characters"))
        return steps

    def render(self, value: Any) -> str:
        return joined((escape(step, STEP) for step in value or ()), STEP)

    def meaning(self, value: tuple[str, ...]) -> tuple[str, ...]:
        """A family alone means its category of the same name."""
        steps = tuple(step.lower() for step in value)
        return steps * 2 if len(steps) == 1 else steps


class PairsCell(CellKind):
    """`size=M | color=Red`."""

    def clean(self, value: str, *, has_decimal_commas: bool = False) -> list[tuple[str, str]]:
        return pairs_in(value)

    def render(self, value: Any) -> str:
        return pairs_as_text(value or ())


class OptionsCell(PairsCell):
    """Options, compared by their keys."""

    def meaning(self, value: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return [(option_key(name), option_value_key(text)) for name, text in value]


class OptionImagesCell(CellKind):
    """`color=https://… | color=blue.webp`: pictures of values of the row's options."""

    def clean(self, value: str, *, has_decimal_commas: bool = False) -> list[tuple[str, str]]:
        pairs = []
        for part in ListCell().clean(value):
            name, _mark, source = map(str.strip, part.partition("="))
            if not (name and source):
                raise ValueError(_("write the option before each picture, such as color=blue.webp"))
            pairs.append((option_key(name), source))
        return pairs

    def render(self, value: Any) -> str:
        return joined([f"{name}={source}" for name, source in value or ()], LIST)


class ListCell(CellKind):
    """URLs or names, separated by `|`, a line break, or a comma and a space."""

    def clean(self, value: str, *, has_decimal_commas: bool = False) -> list[str]:
        parts = re.split(r"\||\n|,\s+|,(?=https?://)", value)
        found = list(dict.fromkeys(filter(None, map(str.strip, parts))))
        if len(found) > _MAX_PARTS:
            raise ValueError(_("there are more than %(most)s of them") % {"most": _MAX_PARTS})
        if any(len(part) > _MAX_PART_LENGTH for part in found):
            raise ValueError(
                _("one has more than %(most)s characters") % {"most": _MAX_PART_LENGTH}
            )
        return found

    def render(self, value: Any) -> str:
        return joined(value or (), LIST)
