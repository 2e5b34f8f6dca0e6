"""Lists are to be had over REST as files, safe to open."""

import csv
import io

import pytest

from api.sheets import MEDIA
from tests.api.declared import Declared


@pytest.mark.parametrize("form", MEDIA)
def test_a_list_comes_as_a_file(here: Declared, form: str) -> None:
    response = here.get(f"/api/v1/export/units?format={form}")
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == MEDIA[form]
    assert response.headers["content-disposition"] == f'attachment; filename="units.{form}"'
    assert response.headers["x-content-type-options"] == "nosniff"


def test_the_rows_are_those_of_the_centre(here: Declared) -> None:
    content = here.get("/api/v1/export/units?centre=EL").content.decode("utf-8-sig")
    assert [row["unit"] for row in csv.DictReader(io.StringIO(content))] == ["PRINTER", "OVEN-1", "OVEN-2", "SEM"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/export/passwords", 404),
        ("/api/v1/export/units?centre=MOON", 404),
        ("/api/v1/export/units?format=exe", 422),
        ("/api/v1/export/units?token=x", 422),
    ],
)
def test_what_there_is_not_is_refused(here: Declared, path: str, status: int) -> None:
    assert here.get(path).status_code == status
