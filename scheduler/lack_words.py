"""What a booked run lacks where it stands, in words.

Knows nothing of how it was found out.
"""

from collections.abc import Iterator, Mapping, Sequence

from scheduler.naming import Naming
from scheduler.translate.lacks import Lack
from scheduler.views import Sentence


def tell_lack(lack: Lack, naming: Naming) -> str:
    """``Anna Orlova's shift no longer covers Tue 1 Dec 10:00–14:00``; ``a technician's`` to whoever may not see her."""
    words = naming.by(lack.subject)
    name, when = words.name(lack.subject), words.span(lack.start, lack.end)
    if lack.code == "off_shift":
        return f"{name}'s shift no longer covers {when}"
    if lack.code == "unable":
        return f"{name} may no longer do what is to be done {when}"
    if lack.code == "too_little":
        return f"{name} is no longer open for long enough within {when}"
    return f"{name} is no longer open {when}" + (f" ({lack.cause})" if lack.cause else "")


def unsettled_sentences(lacks: Mapping[str, Sequence[Lack]], naming: Naming) -> Iterator[Sentence]:
    """What lacks something where it stood, by task, in words."""
    for task, found in lacks.items():
        told = "; ".join(tell_lack(lack, naming) for lack in found)
        yield Sentence(
            code="unsettled", text=f"{naming.name(task)} cannot stay as it is: {told}.", facts=(("task", task),)
        )
