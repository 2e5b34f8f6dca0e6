"""Plans the example and draws every picture anew into docs/pictures/rules, in a few minutes.

Knows no rule.
"""

import sys
from pathlib import Path

from docs.rule_pictures.example import Weeks, plan_the_example
from docs.rule_pictures.rules import PICTURES
from docs.rule_pictures.week import Week

FOLDER = Path(__file__).parents[1] / "pictures" / "rules"


def draw_all(weeks: Weeks, folder: Path = FOLDER) -> list[str]:
    """Writes each picture; the names of those of which the plans show nothing, whose files stay as they are."""
    planned, repaired = (Week(document, weeks.names) for document in (weeks.planned, weeks.repaired))
    missing = []
    for name, picture in PICTURES.items():
        drawn = picture.draw(repaired if picture.repaired else planned)
        if drawn is None:
            missing.append(name)
        else:
            (folder / f"{name}.svg").write_text(drawn.svg(), encoding="utf-8")
    return missing


if __name__ == "__main__":
    lacking = draw_all(plan_the_example())
    sys.exit(f"The example's plans show nothing of: {', '.join(lacking)}" if lacking else 0)
