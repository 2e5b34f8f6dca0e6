"""The list of who may sign in: a row for each role that somebody holds.

Knows nothing of reading, as ``scheduler.loading.lines``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from models.tables.access import ROLES
from scheduler.door.addresses import LONGEST, checked
from scheduler.door.people import FOR_CENTRE, FOR_ORGANISATION
from scheduler.errors import BadValue
from scheduler.loading import cells
from scheduler.loading.cells import BadCell
from scheduler.loading.line import Cell, Line, OptionalKey
from scheduler.loading.mistakes import Mistake

TWO_ACCOUNTS = "person_and_account_differ"


def email(written: str) -> str:
    """An e-mail address, in lower case."""
    try:
        return checked(written)
    except BadValue:
        raise BadCell("bad_email", f"an e-mail address of at most {LONGEST} characters") from None


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountLine(Line):
    """An engineer's role is for an organisation, a technician's and a manager's for a centre, the others' for neither.
    Of several rows with one address the first one's name counts. ``person``: who that is in ``people.csv``."""

    file = "accounts.csv"
    identity = ("email", "role", "organisation", "centre")
    optional = True
    email: Annotated[str, Cell(email)]
    name: Annotated[str | None, Cell(cells.text, blank=None)]
    role: Annotated[str, Cell(cells.choice(*ROLES))]
    organisation: OptionalKey
    centre: OptionalKey
    person: Annotated[str | None, Cell(cells.key, blank=None, optional=True)]


def account_mistakes(lines: tuple[AccountLine, ...]) -> Iterator[Mistake]:
    """Roles without the place that they are held for, and those with one that they are not held for; persons with two
    addresses, and addresses of two persons."""
    yield from _joined_twice(lines)
    for line in lines:
        for column, given, needed in (
            ("organisation", line.organisation, line.role in FOR_ORGANISATION),
            ("centre", line.centre, line.role in FOR_CENTRE),
        ):
            if needed and not given:
                yield line.wrong(column, "blank_cell", f"the {column} of this {line.role}")
            elif given and not needed:
                yield line.wrong(column, "role_without_place", f"nothing here: the role {line.role} has no {column}")


def _joined_twice(lines: tuple[AccountLine, ...]) -> Iterator[Mistake]:
    by_person: dict[str, AccountLine] = {}
    by_email: dict[str, AccountLine] = {}
    for line in lines:
        if line.person is None:
            continue
        other = by_person.setdefault(line.person, line)
        if other.email != line.email:
            yield line.wrong("person", TWO_ACCOUNTS, f"one address for each person; row {other.row} has another")
        other = by_email.setdefault(line.email, line)
        if other.person != line.person:
            yield line.wrong(
                "person", TWO_ACCOUNTS, f"one person for each address; row {other.row} has {other.person!r}"
            )
