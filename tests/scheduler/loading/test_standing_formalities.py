"""What a centre asks for, as its file says it: a file is no way around the reason and the signature that it takes."""

from pathlib import Path

import pytest
from sqlmodel import select

from models.database import Database
from models.tables import Centre
from scheduler.loading import BadFiles
from scheduler.settings import CentreSettings
from tests.api.formal import asking_for
from tests.scheduler.loading.directory import replace
from tests.scheduler.loading.test_load_directory import load


def test_a_file_turns_on_what_a_centre_asks_for_and_never_off(sqlite_database: Database, directory: Path) -> None:
    """Who loads again what says nothing of it, or says no, has not given the reason and the signature that it takes."""

    def asked() -> tuple[bool, bool]:
        with sqlite_database.reading() as session:
            settings = CentreSettings.read(session.exec(select(Centre)).one().settings)
            return settings.reasons, settings.signatures

    load(sqlite_database, directory)
    assert asked() == (False, False)
    replace(directory, "settings.yaml", "tick_minutes: 5\n", "tick_minutes: 5\n    signatures: true\n")
    load(sqlite_database, directory)
    assert asked() == (False, True)
    replace(directory, "settings.yaml", "    signatures: true\n", "    horizon_weeks: 3\n")
    load(sqlite_database, directory)
    assert asked() == (False, True)
    replace(directory, "settings.yaml", "    horizon_weeks: 3\n", "    signatures: false\n")
    with pytest.raises(BadFiles) as refusal:
        load(sqlite_database, directory)
    (mistake,) = refusal.value.mistakes
    assert (mistake.code, mistake.column) == ("formality_stands", "centres.works.signatures")
    assert asked() == (False, True)


def test_a_file_renews_no_maintenance_where_it_is_signed(sqlite_database: Database, directory: Path) -> None:
    load(sqlite_database, directory)
    replace(directory, "settings.yaml", "tick_minutes: 5\n", "tick_minutes: 5\n    signatures: true\n")
    load(sqlite_database, directory)
    replace(directory, "maintenance.csv", "W-26 Mon 09:00", "W-1 Mon 09:00")
    with pytest.raises(BadFiles) as refusal:
        load(sqlite_database, directory)
    assert [(each.code, each.column) for each in refusal.value.mistakes] == [("release_unsigned", "last_done")]
    replace(directory, "maintenance.csv", "W-1 Mon 09:00", "W-30 Mon 09:00")
    load(sqlite_database, directory)
    asking_for(sqlite_database, signatures=False)
    replace(directory, "settings.yaml", "    signatures: true\n", "")
    replace(directory, "maintenance.csv", "W-30 Mon 09:00", "W-1 Mon 09:00")
    load(sqlite_database, directory)
