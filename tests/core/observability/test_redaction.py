"""What nobody may read is taken out of texts, however long they are."""

import time

import pytest

from core.observability.redaction import HIDDEN, hidden


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("to ana.quispe+shop@mail.example.com, now", f"to {HIDDEN}, now"),
        ("<ana@example.com>", f"<{HIDDEN}>"),
        ("GET /orders/PED-1/?token=abc.def&page=2", f"GET /orders/PED-1/?token={HIDDEN}&page=2"),
        ("/account/password/reset/key/x1-abc/", f"/account/password/reset/key/{HIDDEN}/"),
        ("card 4111 1111 1111 1111.", f"card {HIDDEN}1111."),
        ("Bearer abcdefgh12345678", HIDDEN),
        ("order 2026112112345678", "order 2026112112345678"),
        ("page=2 of 3, user@host", "page=2 of 3, user@host"),
    ],
)
def test_keys_and_persons_are_hidden_and_the_rest_stays(text: str, left: str) -> None:
    assert hidden(text) == left


@pytest.mark.parametrize("piece", ["a", "1", "a.", "1 ", "?token", "@", "a@", "/key/", "=a"])
def test_a_long_text_takes_no_longer_for_its_shape(piece: str) -> None:
    text = piece * (500_000 // len(piece))
    began = time.process_time()

    hidden(text)

    assert time.process_time() - began < 2
