"""The public holidays of countries and their parts, by name and year.

Knows nothing of centres. The dates are those of the ``holidays`` library.
"""

from datetime import date
from functools import cache

import holidays


def is_known(place: str) -> bool:
    """Whether ``place`` is a country (``RU``) or a part of one (``DE-BE``) whose holidays are known."""
    country, _, part = place.partition("-")
    countries = _countries()
    return country in countries and (not part or part in countries[country])


@cache
def _countries() -> dict[str, list[str]]:
    return holidays.list_supported_countries()


@cache
def holidays_of(place: str, year: int) -> dict[date, str]:
    """Every public holiday of a year with its name; ``place`` is known."""
    country, _, part = place.partition("-")
    found = holidays.country_holidays(country, subdiv=part or None, years=year, language="en_US")
    return dict(sorted(found.items()))
