"""How much a test repeats: ``PILOTLINE_TESTS`` is ``short`` (the default) or ``full``.

Counts differ between the two, promises never.
"""

import os

FULL = os.environ.get("PILOTLINE_TESTS", "short") == "full"


def count(*, short: int, full: int) -> int:
    return full if FULL else short
