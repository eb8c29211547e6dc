"""Many keys as one text."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.keys import Keys
from core.lookups import array_of


@given(st.lists(st.uuids(), unique=True), st.slices(30))
def test_they_are_what_a_list_of_them_is(keys, part):
    wanted = [str(key) for key in keys]

    found = Keys.of(keys)

    assert list(found) == wanted
    assert len(found) == len(wanted)
    assert bool(found) == bool(wanted)
    assert found[part] == wanted[part]
    assert found == Keys.of(wanted) == Keys.of(found)
    assert Keys(array_of(keys)) == found


def test_one_is_found_by_its_place_from_both_ends():
    keys = [str(uuid4()) for _ in range(3)]

    found = Keys.of(keys)

    assert [found[0], found[2], found[-1]] == [keys[0], keys[2], keys[2]]
    with pytest.raises(IndexError):
        found[3]
    assert keys[1] in found
    assert str(uuid4()) not in found
