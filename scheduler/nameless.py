"""Sentences fit for the record: whoever is named in them is named by key.

Knows nothing of what the sentences say. Names stand where they can be blanked, and nowhere else.
"""

import re
from collections.abc import Iterable

from sqlmodel import Session

from models.queries.erasing import names_of_people


def nameless(session: Session, texts: Iterable[str]) -> list[str]:
    """The texts with the keys of people in place of their names and addresses."""
    written = list(texts)
    keys = {name: key for name, key in names_of_people(session).items() if any(name in text for text in written)}
    if not keys:
        return written
    # The longest first: one name may begin as another.
    names = re.compile("|".join(re.escape(name) for name in sorted(keys, key=len, reverse=True)))
    return [names.sub(lambda found: keys[found[0]], text) for text in written]
