"""Sentences fit for the record: technicians who are named in them are named by key.

Knows nothing of what the sentences say. Names stand where they can be blanked, and nowhere else.
"""

import re
from collections.abc import Collection, Iterable

from sqlmodel import Session

from models.queries.erasing import names_of_people


def nameless(session: Session, texts: Iterable[str], *, centre_ids: Collection[int]) -> list[str]:
    """The texts with the keys of the centres' people in place of their names, where these stand as whole words.

    Our sentences name nobody else. What people call themselves is not looked for: it may be any word.
    """
    written = list(texts)
    people = names_of_people(session, centre_ids)
    keys = {name: key for name, key in people.items() if any(name in text for text in written)}
    if not keys:
        return written
    # The longest first: one name may begin as another.
    names = "|".join(re.escape(name) for name in sorted(keys, key=len, reverse=True))
    whole = re.compile(rf"(?<!\w)(?:{names})(?!\w)")
    return [whole.sub(lambda found: keys[found[0]], text) for text in written]
