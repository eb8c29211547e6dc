"""Documents of eight countries, by their check digits where they have some."""

import pytest

from accounts import documents

RIGHT = [
    ("dni", "45678912"),
    ("ruc", "20512333797"),
    ("curp", "BOXW310820HNERXN09"),
    ("rfc", "GODE561231GR8"),
    ("rut", "12.531.909-2"),
    ("rut_firm", "76.086.428-5"),
    ("cedula", "1.020.304.050"),
    ("nit", "213.123.432-1"),
    ("dni_ar", "20.123.456"),
    ("cuit", "20-05536168-2"),
    ("cpf", "390.533.447-05"),
    ("cnpj", "16.727.230/0001-97"),
    ("nif", "54362315K"),
    ("nif", "x-2482300w"),
    ("nif_firm", "A13 585 625"),
    ("ein", "91-1144442"),
    ("passport", "AB123456"),
]


@pytest.mark.parametrize(("code", "number"), RIGHT)
def test_a_document_is_accepted_as_people_write_it(code: str, number: str) -> None:
    assert documents.is_valid(code, number)
    assert documents.is_valid(code, documents.compact(number))


@pytest.mark.parametrize(
    ("code", "number", "kept"),
    [
        ("rut", "12.531.909\u20132", "125319092"),
        ("ruc", "20\u201151233379\u20117", "20512333797"),
        ("ruc", "2051233379\uff17", "20512333797"),
    ],
)
def test_signs_that_programs_put_into_a_number_are_taken_out(
    code: str, number: str, kept: str
) -> None:
    assert documents.is_valid(code, number)
    assert documents.compact(number) == kept


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("dni", "00000000"),
        ("dni", "4567891"),
        ("ruc", "20512333798"),
        ("rfc", "GODE561331GR8"),
        ("rut", "12.531.909-3"),
        ("nit", "213.123.432-2"),
        ("cuit", "20-05536168-3"),
        ("cpf", "111.111.111-12"),
        ("cnpj", "16.727.230/0001-98"),
        ("nif", "54362315Z"),
        ("ein", "07-1144442"),
        ("passport", "<script>"),
        ("nothing", "12345678"),
        ("dni", ""),
    ],
)
def test_a_number_that_cannot_be_one_is_refused(code: str, number: str) -> None:
    assert not documents.is_valid(code, number)


def test_a_country_offers_its_own_papers_and_the_passport() -> None:
    assert {code for code, _label in documents.choices("CL")} == {"rut", "rut_firm", "passport"}
    assert {code for code, _label in documents.choices()} == {"dni", "ce", "ruc", "passport"}
