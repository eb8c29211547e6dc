"""What is sealed opens with its key alone, and only as it was written."""

from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.backups import encryption
from backoffice.backups.encryption import MAGIC, CannotDecrypt, DecryptingReader, EncryptingWriter

KEY = "a pass-phrase of the shop"
PIECE = 64 * 1024
HEAD = len(MAGIC) + 16 + 32


@pytest.fixture(scope="module", autouse=True)
def _quick_keys() -> Iterator[None]:
    """That a key is slow by design is scrypt's to prove; test_back_up.py uses real ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encryption, "_ROUNDS", 2)
        yield


def sealed(*parts: bytes, key: str = KEY) -> bytes:
    file = BytesIO()
    sealing = EncryptingWriter(file, key)
    for part in parts:
        sealing.write(part)
    sealing.close()
    return file.getvalue()


def opened(data: bytes, key: str = KEY, size: int = -1) -> bytes:
    opening = DecryptingReader(BytesIO(data), key)
    found = []
    while piece := opening.read(size):
        found.append(piece)
    return b"".join(found)


@settings(max_examples=20)
@given(
    length=st.sampled_from([0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7]),
    written=st.integers(1, 3 * PIECE),
    read=st.sampled_from([-1, 1000, 10_240, PIECE, 2 * PIECE]),
)
def test_what_goes_in_comes_out_however_it_is_cut(length: int, written: int, read: int) -> None:
    text = bytes(number % 251 for number in range(length))
    parts = [text[start : start + written] for start in range(0, length, written)]

    assert opened(sealed(*parts), size=read) == text


def test_nothing_of_it_can_be_read_and_no_two_are_alike() -> None:
    text = b"ana@example.com" * 100

    first, second = sealed(text), sealed(text)

    assert b"ana@example.com" not in first
    assert first[HEAD:] != second[HEAD:]


def test_another_key_is_said_to_be_another_key() -> None:
    with pytest.raises(CannotDecrypt, match=r"clave|key"):
        opened(sealed(b"the shop"), "another pass-phrase!")


def exchanged(data: bytes) -> bytes:
    first, second = data[HEAD : HEAD + PIECE + 16], data[HEAD + PIECE + 16 : HEAD + 2 * PIECE + 32]
    return data[:HEAD] + second + first + data[HEAD + 2 * PIECE + 32 :]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda data: data[:-1], id="cut by a byte"),
        pytest.param(lambda data: data[: HEAD + PIECE + 16], id="cut after a piece"),
        pytest.param(lambda data: data[:HEAD], id="cut before the first piece"),
        pytest.param(lambda data: data + b"more", id="longer"),
        pytest.param(exchanged, id="pieces exchanged"),
        pytest.param(lambda data: data[:-20] + b"\0" + data[-19:], id="a byte changed"),
        pytest.param(lambda data: data[: len(MAGIC)] + b"\0" + data[len(MAGIC) + 1 :], id="head"),
        pytest.param(lambda data: data[:30], id="head cut"),
    ],
)
def test_what_was_touched_does_not_open(spoil: Callable[[bytes], bytes]) -> None:
    data = sealed(bytes(3 * PIECE))

    with pytest.raises(CannotDecrypt):
        opened(spoil(data))
