"""The looks a shop may wear: each has its grounds, corners, density and one display face."""

# By name: the file of its display face in static/fonts.
LOOKS = {"editorial": "fraunces", "street": "archivo", "market": "outfit"}
USUAL = "editorial"
# What the looks were called when they differed in hue only.
_FORMER = {"furniture": "editorial", "kits": "editorial", "drops": "street", "tech": "market"}


def look_named(name: str) -> str:
    """The look of that name; the usual one for a name that there never was."""
    look = _FORMER.get(name, name)
    return look if look in LOOKS else USUAL
