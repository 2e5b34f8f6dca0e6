"""The colours of clusters: one order and one set of hues for the board and the chart.

Knows no HTML. The style sheet has the same numbers, which a test compares.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from math import cos, radians, sin

from models.database import Database
from scheduler import catalogue
from scheduler.actors import Actor

HUES = (205, 55, 300, 145, 255, 95, 345, 175, 275, 120)
"""Degrees in OKLCH, a tone each."""
FILL = (0.885, 0.065)
EDGE = (0.56, 0.145)
"""Lightness and chroma by day."""
NEUTRAL = "none"


class Palette:
    """A tone for each cluster (key and name), by its place."""

    def __init__(self, clusters: Sequence[tuple[str, str]] = ()) -> None:
        self.clusters = tuple(clusters)
        self._tones = {key: str(place % len(HUES)) for place, (key, _) in enumerate(clusters)}

    def tone(self, cluster: str | None) -> str:
        """The number of the cluster's hue as text, or ``none``."""
        return NEUTRAL if cluster is None else self._tones.get(cluster, NEUTRAL)


def palette_of(database: Database, *, actor: Actor, now: datetime, centres: Collection[str]) -> Palette:
    """The same in every week: clusters that have a share of one of these centres' hours come first."""
    clusters = catalogue.list_clusters(database, actor=actor, now=now)
    at_home = [each for each in clusters if any(share.centre in centres for share in each.entitlements)]
    return Palette([(each.key, each.name) for each in (*at_home, *(c for c in clusters if c not in at_home))])


def colour(kind: tuple[float, float], place: int) -> str:
    """``FILL`` or ``EDGE`` of the tone at this place, as ``#rrggbb`` (Ottosson's OKLab to sRGB, cut at its borders)."""
    lightness, chroma = kind
    hue = radians(HUES[place % len(HUES)])
    a, b = chroma * cos(hue), chroma * sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    light = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, each)))):02x}" for each in light)


def _gamma(light: float) -> float:
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
