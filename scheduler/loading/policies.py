"""Checked policies made into rows: one for each centre and unit that has a line, others stay.

Knows nothing of what they mean.
"""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from models.queries.keyed import rows_of
from models.tables import Policy
from scheduler.loading.files import Lists
from scheduler.loading.keeping import Keeper
from scheduler.loading.policy_lines import BOUNDS, PolicyLine
from scheduler.terms import FIELDS, OF_CENTRE, OF_UNIT


def store_policies(
    session: Session, lists: Lists, keeper: Keeper, centres: Mapping[str, int], units: Mapping[str, tuple[int, int]]
) -> None:
    """Writes what differs. ``centres`` are ids by key, ``units`` those of units and of their centres."""
    lines = lists.of(PolicyLine)
    of_centres = rows_of(session, Policy, "centre_id", [centres[line.centre] for line in lines if line.centre])
    of_units = rows_of(session, Policy, "unit_id", [units[line.unit][0] for line in lines if line.unit])
    for line in lines:
        values = _said(line)
        if line.unit is None:
            id_ = centres[line.centre or ""]
            row = next(iter(of_centres.get(id_, ())), None)
            keep_policy(keeper, OF_CENTRE, line.centre or "", row, {"centre_id": id_, **values}, id_)
        else:
            id_, centre_id = units[line.unit]
            row = next(iter(of_units.get(id_, ())), None)
            keep_policy(keeper, OF_UNIT, line.unit, row, {"unit_id": id_, **values}, centre_id)


def keep_policy(
    keeper: Keeper, kind: str, key: str, row: Policy | None, values: Mapping[str, Any], centre_id: int
) -> None:
    """One policy as it should be; where there is none, and none is wanted, there goes on being none."""
    if row is not None:
        keeper.keep(kind, key, [(row, values)], centre_id=centre_id)
    elif any(values.get(name) is not None for name in FIELDS):
        keeper.added(kind, key, keeper.store(Policy(**values)), centre_id=centre_id)


def _said(line: PolicyLine) -> dict[str, Any]:
    """What the list says, by column. Of two that bound each other it says both, if it has but one."""
    other = dict((*BOUNDS, *(pair[::-1] for pair in BOUNDS)))
    silent = {name for name in line.lacks if other.get(name, name) in line.lacks}
    return {name: getattr(line, name) for name in FIELDS if name not in silent}
