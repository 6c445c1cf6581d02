"""Tag colours that can be read: a scheme's own colour becomes the nearest of a tested palette."""

import colorsys
import re

# Hue in degrees -> name of the tag class; each pair of ground and text reaches 4.5 : 1.
PALETTE = (
    (0, "red"),
    (16, "volcano"),
    (29, "orange"),
    (44, "gold"),
    (70, "lime"),
    (110, "green"),
    (180, "cyan"),
    (210, "blue"),
    (229, "geekblue"),
    (267, "purple"),
    (323, "magenta"),
    (360, "red"),
)
NAMES = frozenset(name for _, name in PALETTE) | {"grey"}
GREY_BELOW = 0.18  # saturation under which a hue means nothing
_HEX = re.compile(r"#([0-9a-fA-F]{6})")


def name_colour(colour: str | None) -> str:
    """The palette's name for a name or a #rrggbb; grey for what is neither.

    >>> name_colour("#d4af37"), name_colour("purple"), name_colour("#c0c0c0"), name_colour(None)
    ('gold', 'purple', 'grey', 'grey')
    """
    if colour in NAMES:
        return colour
    found = _HEX.fullmatch(colour or "")
    if not found:
        return "grey"
    red, green, blue = (part / 255 for part in bytes.fromhex(found[1]))
    hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    if saturation < GREY_BELOW:
        return "grey"
    return min(PALETTE, key=lambda entry: abs(entry[0] - hue * 360))[1]
