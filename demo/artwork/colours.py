"""Colours as arithmetic, and the two ways a drawing takes on the colour of a variant."""

import colorsys
import re

Channels = tuple[float, float, float]

WHITE = "#ffffff"
TOKEN = re.compile(r"\[c((?: (?:light|dark|mix|edge|glow|#?[\w.]+))*)\]")
HEX = re.compile(r"#[0-9A-Fa-f]{6}\b")
PALE = 0.9
VIVID = 0.3  # a saturation over it makes a hue count
GREYISH = 0.1  # under it there is no hue to change
SAME_HUE, NEAR_HUE = 0.04, 0.135


def channels(colour: str) -> Channels:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def as_hex(rgb: Channels) -> str:
    return "#" + "".join(f"{min(255, max(0, round(part * 255))):02x}" for part in rgb)


def mix(one: str, other: str, share: float) -> str:
    """`one` with `share` (0 to 1) of `other`."""
    red, green, blue = (
        a * (1 - share) + b * share for a, b in zip(channels(one), channels(other), strict=True)
    )
    return as_hex((red, green, blue))


def light(colour: str, share: float) -> str:
    return mix(colour, WHITE, share)


def dark(colour: str, share: float) -> str:
    """The colour in the shade: deeper and a little more violet, as shadows look."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*channels(colour))
    if lightness > PALE:
        return mix(colour, "#6f6c8a", share * 0.9)
    shaded = colorsys.hls_to_rgb(
        (hue + 0.01) % 1, lightness * (1 - share), min(1, saturation * 1.08)
    )
    return mix(as_hex(shaded), "#1a1530", share * 0.18)


def luminance(colour: str) -> float:
    red, green, blue = channels(colour)
    return 0.3 * red + 0.59 * green + 0.11 * blue


def evaluate(colour: str, words: list[str]) -> str:
    """What a token says of the colour, read from left to right.

    `light .2` and `dark .2` shade it, `mix #c4633f .2` stirs another one in, `edge .3 .4 .6` makes
    it lighter by .3 if its luminance is under .6 and darker by .4 otherwise, `glow .5` ends in the
    opacity of a highlight, which shows more on pale things.
    """
    rest = iter(words)
    for word in rest:
        if word == "light":
            colour = light(colour, float(next(rest)))
        elif word == "dark":
            colour = dark(colour, float(next(rest)))
        elif word == "mix":
            colour = mix(colour, next(rest), float(next(rest)))
        elif word == "edge":
            lighter, darker, limit = (float(next(rest)) for _ in range(3))
            pale = luminance(colour) >= limit
            colour = dark(colour, darker) if pale else light(colour, lighter)
        elif word == "glow":
            return f"{float(next(rest)) * (0.35 + 0.4 * luminance(colour)):.3f}"
        else:
            raise ValueError(f"unknown word in a drawing: {word}")
    return colour


def dyed(svg: str, colour: str) -> str:
    """A drawing with each token, for example `[c dark .2]`, replaced by its colour."""
    return TOKEN.sub(lambda token: evaluate(colour, token[1].split()), svg)


def repainted(svg: str, colour: str) -> str:
    """A finished drawing whose main hue, with its lights and shadows, becomes `colour`."""
    own = {code: colorsys.rgb_to_hsv(*channels(code)) for code in HEX.findall(svg)}
    vivid = [hsv for hsv in own.values() if hsv[1] > VIVID]
    main = max(vivid, key=lambda hsv: sum(is_near(hsv[0], o[0], SAME_HUE) for o in vivid))[0]
    painted = {code: hsv for code, hsv in own.items() if hsv[1] > GREYISH and is_near(hsv[0], main)}
    mean_saturation = sum(hsv[1] for hsv in painted.values()) / len(painted)
    mean_value = sum(hsv[2] for hsv in painted.values()) / len(painted)
    hue, saturation, value = colorsys.rgb_to_hsv(*channels(colour))

    def replaced(code: str) -> str:
        _, own_saturation, own_value = painted[code]
        return as_hex(
            colorsys.hsv_to_rgb(
                hue,
                min(1, own_saturation * saturation / mean_saturation),
                min(1, own_value * value / mean_value),
            )
        )

    return HEX.sub(lambda found: replaced(found[0]) if found[0] in painted else found[0], svg)


def is_near(hue: float, other: float, limit: float = NEAR_HUE) -> bool:
    return abs((hue - other + 0.5) % 1 - 0.5) < limit
