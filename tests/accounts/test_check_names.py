"""Names and streets of real people, and what is none."""

import pytest
from django.core.exceptions import ValidationError

from accounts.names import check_name, check_street


@pytest.mark.parametrize(
    "name",
    [
        "Ñ",
        "O'Higgins",
        "D’Angelo",
        "María-José de los Ángeles Núñez del Prado y Saenz-Peña",
        "Ma. del Carmen",
        "Juan Pablo 2.º",
        "Müller-Lüdenscheidt",
        "李小龍",
        "Estudio Quispe & Hijos S.A.C.",
        "Ana\u00a0Quispe",
        "Estefanía " * 8,
    ],
)
def test_a_real_name_is_accepted(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "12345",
        "!!!",
        "- -",
        "Ana\x07",
        "Ana\u202eeuq",
        "Ana\nBcc: otro",
        "Ana\u2028Quispe",
        "https://example.com/win",
        "www.example.com",
        "bit.ly/regalo",
        "ana@example.com",
        "<b>Ana</b>",
        "{{ 7 }} siete",
    ],
)
def test_nonsense_is_no_name(name: str) -> None:
    with pytest.raises(ValidationError):
        check_name(name)


@pytest.mark.parametrize(
    "street",
    ["Mz. A Lt. 5", "Calle 45 # 12-33", "Av. 9 de Julio 1925, 4º B", "S/N", "Jr.Puno/esq. Lampa"],
)
def test_a_real_street_is_accepted(street: str) -> None:
    check_street(street)


@pytest.mark.parametrize("street", ["----", "http://example.com", "Calle\x00 1", "<i>Calle</i>"])
def test_nonsense_is_no_street(street: str) -> None:
    with pytest.raises(ValidationError):
        check_street(street)
