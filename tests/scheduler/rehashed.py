"""The recipe by which an exported record is verified elsewhere, with nothing of ours.

Knows no more than docs/adr/0015 tells.
"""

from hashlib import sha256
from typing import Any

import rfc8785


def rehashed(events: list[dict[str, Any]]) -> list[str]:
    """What is wrong with the chains, by the recipe of docs/adr/0015 and nothing of ours."""
    wrong, ends = [], dict[str, tuple[int, str]]()
    for event in sorted(events, key=lambda each: (each["chain"], each["number"])):
        number, previous = ends.get(event["chain"], (0, "0" * 64))
        fields = {name: value for name, value in event.items() if name not in ("hash", "actor_name", "withheld")}
        right = event["hash"] if event["withheld"] else sha256(rfc8785.dumps(fields)).hexdigest()
        if (event["hash"], event["number"], event["previous_hash"]) != (right, number + 1, previous):
            wrong.append(f"{event['chain']} {event['number']}")
        ends[event["chain"]] = (event["number"], event["hash"])
    return wrong
