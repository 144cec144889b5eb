"""Public holidays by country and year, from the `holidays` library. Knows no company.

The library takes a tenth of a second to load, so it is loaded when a country is first asked for.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import cast

_LANGUAGE = "en_US"
_CODE_LENGTH = 2


def is_known_country(country: str) -> bool:
    """Whether this is the code (ISO 3166, two letters) of a country whose holidays are known."""
    return country in known_countries()


def is_known_subdivision(country: str, subdivision: str) -> bool:
    """Whether holidays are known for this part of the country."""
    return subdivision in known_countries().get(country, ())


@cache
def known_countries() -> Mapping[str, Sequence[str]]:
    """The countries whose holidays are known, each with the codes of its parts."""
    from holidays import list_supported_countries  # noqa: PLC0415  # see the module

    found = list_supported_countries(include_aliases=False)
    return {code: tuple(parts) for code, parts in found.items() if len(code) == _CODE_LENGTH}


@lru_cache(maxsize=500)
def public_holidays(country: str, subdivision: str | None, year: int) -> Mapping[date, str]:
    """The holidays of a year with their names in English; none where nothing is known."""
    if not is_known_country(country):
        return {}
    from holidays import country_holidays  # noqa: PLC0415  # see the module

    part = subdivision if subdivision and is_known_subdivision(country, subdivision) else None
    found = country_holidays(country, subdiv=part, years=year, language=_LANGUAGE)
    return dict(sorted(found.items()))


@lru_cache(maxsize=500)
def subdivision_names(country: str) -> Mapping[str, Sequence[str]]:
    """What people call the parts of a country, by code, in its own languages; none where the code
    is all there is.
    """
    if not is_known_country(country):
        return {}
    from holidays import country_holidays  # noqa: PLC0415  # see the module

    known = country_holidays(country, language=_LANGUAGE)
    return cast("Mapping[str, Sequence[str]]", known.get_subdivision_aliases())  # pyright: ignore[reportUnknownMemberType]  # half typed there
