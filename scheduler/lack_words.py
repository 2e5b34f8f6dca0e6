"""What a booked run lacks where it stands, in words.

Knows nothing of how it was found out.
"""

from scheduler.naming import Naming
from scheduler.translate.lacks import Lack
from scheduler.translate.names import person_id, unit_id


def tell_lack(lack: Lack, naming: Naming) -> str:
    """``Anna Orlova's shift no longer covers Tue 1 Dec 10:00–14:00``; ``A technician's`` to whoever may not see her."""
    subject = unit_id(lack.resource_id) if lack.is_of_unit else person_id(lack.resource_id)
    words = naming.by(subject)
    name, when = words.name(subject), words.span(lack.start, lack.end)
    name = name[0].upper() + name[1:]
    if lack.code == "off_shift":
        return f"{name}'s shift no longer covers {when}"
    if lack.code == "unable":
        return f"{name} may no longer do what is to be done {when}"
    if lack.code == "too_little":
        return f"{name} is no longer open for long enough within {when}"
    return f"{name} is no longer open {when}" + (f" ({lack.cause})" if lack.cause else "")
