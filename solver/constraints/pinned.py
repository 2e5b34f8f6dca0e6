"""A pinned task has the start and the units that a person gave it.

Knows nothing of whether its request has to be planned: that is ``required``.
"""

from dataclasses import replace

from solver.places import Case, Place


def narrow(case: Case, place: Place) -> Place:
    """Keeps the pinned start, and nothing in a mode with other units."""
    pin = case.task.pin
    if pin is None:
        return place
    if pin.units is not None and set(pin.units) != {use.unit for use in place.mode.units}:
        return replace(place, starts=())
    return place if pin.start is None else place.at(((pin.start, pin.start + 1),))
