"""A refusal or wrong use as JSON: the same problem document that REST answers with.

Knows no command.
"""

from api.cli.terminal import print_json
from api.errors import problem, problem_of_refusal
from scheduler.errors import Refused


def print_refusal(refusal: Refused, command: str) -> None:
    """On stdout, where the result would have been."""
    print_json(problem_of_refusal(_instance(command), refusal))


def print_wrong_use(text: str, command: str) -> None:
    """As ``print_refusal``."""
    print_json(
        problem(_instance(command), 400, code="wrong_use", title="The command is not used like this.", detail=text)
    )


def _instance(command: str) -> str:
    """``urn:pilotline:command:plan``: a command has no address of its own."""
    return f"urn:pilotline:command:{command.removeprefix('pilotline').strip().replace(' ', ':')}"
