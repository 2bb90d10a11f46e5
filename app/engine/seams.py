"""How a fill is fitted into its frame after the engine has made it: colour match at the border, and grain.

Neither is part of a fill, so a change of them costs no new render: they work on the cached fill when it is composited.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SeamSettings:
    """What is done at a hole's border.

    Attributes:
        colour_match: 0 to 1, how much of the colour difference at the border is taken off the fill.
        grain: how much of the source's own noise the fill gets where it has less, 1 for all of what is missing.
    """

    colour_match: float = 0.0
    grain: float = 0.0

    @property
    def is_plain(self) -> bool:
        """Whether the fill goes in as the engine made it."""
        return self.colour_match <= 0 and self.grain <= 0
