"""The words and shapes that all parts of a problem share.

Knows nothing of what they are said about.
"""

from typing import Literal

Window = tuple[int, int]
Part = Literal["whole", "head", "tail"]
Crossing = Literal["solid", "unattended", "pausing"]
Edge = Literal["start", "end"]
Measure = Literal["ticks", "count"]
ExpiryMeasure = Literal["date", "use", "cycles"]
Choice = Literal["unit", "person", "laboratory"]
Bucket = tuple[int, int, int]
"""Start, end and the most that may be used between."""
Starts = tuple[int, int, int]
"""First tick, end and step: a start at ``first + n * step`` (``n`` >= 0) before the end is allowed."""
