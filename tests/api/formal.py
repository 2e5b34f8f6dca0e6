"""A centre that asks for reasons or signatures, and the reason that is given.

Knows no change.
"""

from typing import Any

from models.database import Database
from models.tables import Centre

REASON = "the plan for the week, agreed on Thursday"


def asking_for(database: Database, **settings: Any) -> None:
    def command(session: Any) -> None:
        centre = session.get_one(Centre, 1)
        centre.settings = {**centre.settings, **settings}

    database.write(command)
