"""The week's chart shows each unit, each bar where the centre's clock has it, and the shares."""

import re
from importlib.resources import files
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

from api.charts import NO_CLUSTER, week_specification, week_svg
from api.tones import EDGE, FILL, HUES, Palette, colour
from tests.api.weeks import a_board, a_summary, bar, row


def _datasets(specification: dict[str, Any]) -> list[dict[str, Any]]:
    """Every value that a specification carries."""
    return [value for values in specification["datasets"].values() for value in values]


def _texts(svg: str) -> set[str]:
    root = ElementTree.fromstring(svg)
    return {element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")}


def test_svg_names_centre_laboratory_units_days_and_clusters() -> None:
    board = a_board(row(bar(9, 12)), row(bar(10, 20, cluster="radio"), name="Pick-and-place"))
    texts = _texts(week_svg([board], [a_summary()]))
    expected = {"Centre of radio, 2026-W49", "Assembly", "reflow oven  Reflow oven", "Pharmacy", "Mon 30 Nov"}
    assert expected <= texts
    assert "Nothing in it" not in texts


def test_bars_stand_where_the_centres_clock_has_them() -> None:
    (booked,) = [each for each in _datasets(week_specification([a_board(row(bar(9, 12)))])) if "label" in each]
    assert (booked["start"], booked["end"]) == ("2026-11-30T09:00:00Z", "2026-11-30T12:00:00Z")
    assert booked["cluster"] == "Pharmacy"


def test_bar_that_leaves_the_week_is_cut_at_its_edge_and_one_outside_is_not_drawn() -> None:
    board = a_board(row(bar(-5, 3), bar(160, 190), bar(168, 200), bar(-9, 0)))
    booked = [each for each in _datasets(week_specification([board])) if "label" in each]
    assert [(each["start"], each["end"]) for each in booked] == [
        ("2026-11-30T00:00:00Z", "2026-11-30T03:00:00Z"),
        ("2026-12-06T16:00:00Z", "2026-12-07T00:00:00Z"),
    ]


def test_lanes_share_their_units_row_without_overlap() -> None:
    board = a_board(row(*(bar(9, 12, lane=lane) for lane in range(4)), name="Chamber", lanes=4))
    slices = sorted((each["top"], each["bottom"]) for each in _datasets(week_specification([board])) if "label" in each)
    assert len(slices) == 4
    assert all(first[1] <= second[0] for first, second in pairwise(slices))


def test_closed_time_is_what_is_not_open() -> None:
    board = a_board(row(bar(9, 12)))
    closed = [
        (each["start"], each["end"])
        for each in _datasets(week_specification([board]))
        if "label" not in each and "top" in each
    ]
    assert sorted(closed) == [
        ("2026-11-30T00:00:00Z", "2026-11-30T08:00:00Z"),
        ("2026-11-30T20:00:00Z", "2026-12-01T08:00:00Z"),
        ("2026-12-01T20:00:00Z", "2026-12-07T00:00:00Z"),
    ]


def test_tentative_and_outage_are_drawn_apart_from_bookings() -> None:
    board = a_board(row(bar(9, 12, kind="tentative"), bar(13, 15, kind="outage", cluster=None)), published=False)
    svg = week_svg([board])
    assert "stroke-dasharray" in svg
    assert {"out", "tentative, not published yet; times at Europe/Moscow"} <= _texts(svg)


def test_booking_without_a_cluster_has_a_colour_of_its_own() -> None:
    assert NO_CLUSTER in _texts(week_svg([a_board(row(bar(9, 12, cluster=None)))]))
    assert NO_CLUSTER not in _texts(week_svg([a_board(row(bar(9, 12, kind="outage", cluster=None)))]))


def test_clusters_have_one_colour_at_all_centres() -> None:
    specification = week_specification([a_board(row(bar(9, 12))), a_board(row(bar(9, 12)), centre="pharma")])
    domains: list[list[str]] = []
    waiting: list[Any] = [specification]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if isinstance(each.get("color"), dict) and "scale" in each["color"]:
                domains.append(each["color"]["scale"]["domain"])
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
    assert domains
    assert all(domain == ["Pharmacy", "Radio electronics"] for domain in domains)


def test_names_with_quotes_and_markup_survive() -> None:
    name = "Oven \"A\" <b>\\ & 'co'"
    assert f"{name.lower()}  {name}" in _texts(week_svg([a_board(row(bar(9, 12), name=name))]))


def test_summary_of_another_centre_is_not_drawn() -> None:
    assert "Clusters" not in _texts(week_svg([a_board(row(bar(9, 12)))], [a_summary("pharma")]))


def test_week_without_bars_can_be_drawn() -> None:
    assert "reflow oven  Reflow oven" in _texts(week_svg([a_board(row())]))


def test_clusters_have_the_colours_of_the_board() -> None:
    palette = Palette([("med", "Medicine"), ("radio", "Radio electronics"), ("pharma", "Pharmacy")])
    svg = week_svg([a_board(row(bar(9, 12), bar(13, 15, cluster="radio")))], palette=palette)
    for place, used in ((0, False), (1, True), (2, True), (3, False)):
        assert (colour(FILL, place) in svg) is used
        assert (colour(EDGE, place) in svg) is used


def test_the_style_sheet_has_the_same_colours() -> None:
    css = files("api.pages").joinpath("static", "pilotline.css").read_text("utf-8")
    assert tuple(int(hue) for hue in re.findall(r"\.tone-\d+ \{ --h: (\d+); \}", css)) == HUES
    day = css[: css.index("@media")]
    for name, (lightness, chroma) in (("fill", FILL), ("edge", EDGE)):
        assert f"--{name}-l: {lightness};" in day
        assert f"--{name}-c: {chroma};" in day


def test_a_hue_is_told_as_screens_show_it() -> None:
    assert colour((1.0, 0.0), 0) == "#ffffff"
    assert colour((0.0, 0.0), 0) == "#000000"
    assert [colour(FILL, 2), colour(EDGE, 1), colour(EDGE, 9)] == ["#dfd0ff", "#b35800", "#6a8000"]


def test_no_board_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one board"):
        week_svg([])
