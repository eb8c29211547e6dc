"""Colour codes for swatches on cards and pages, by option value key."""

# Options whose values are shown as swatches.
COLOUR_OPTIONS = frozenset({"color", "colour", "finish"})
CODES = {
    "black": "#24262b", "white": "#f7f7f9", "bone": "#e9e0d0", "charcoal": "#51565e",
    "olive": "#6f7344", "lilac": "#b8a5dc", "navy": "#283a63", "sand": "#d6bf98",
    "forest": "#2f5a45", "sage": "#9db59a", "terracotta": "#c4633f", "mustard": "#dba32f",
    "blue": "#3a74c9", "red": "#cf3a3a", "indigo": "#34487a", "camel": "#b98350",
    "pink": "#e9a3b4", "natural": "#d0a06a", "walnut": "#7a5236", "gray": "#8d939c",
    "grey": "#8d939c", "green": "#3f8f5b", "yellow": "#f0c93a", "orange": "#e8843a",
    "purple": "#7b56b3", "brown": "#7a5236", "lavender": "#b8a5dc", "beige": "#dccdb0",
    "silver": "#c3c7cd", "gold": "#cfa94a", "oak": "#c49a63", "turquoise": "#3fb3b0",
}  # fmt: skip


def code_of(value_key: str) -> str:
    """
    `#rrggbb` of a colour key, or "". Combinations such as "blue-white" use the first known colour.
    """
    for part in (
        value_key,
        value_key.split("-", maxsplit=1)[0],
        value_key.rsplit("-", maxsplit=1)[-1],
    ):
        if part in CODES:
            return CODES[part]
    return ""
