"""Time zones by name, from the tzdata package's list."""

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel.core import get_global

_NOT_OFFERED = ("Etc/", "US/", "Canada/", "Mexico/", "Brazil/", "Chile/", "SystemV/")


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of this IANA name, None when there is none such."""
    if name not in _all_names():
        return None
    return ZoneInfo(name)


def territory_of(zone: ZoneInfo) -> str | None:
    """The country (ISO 3166) a zone lies in, by Unicode's list; None for UTC and the like."""
    found = get_global("zone_territories").get(zone.key)
    return str(found) if found else None


@cache
def offered_zones() -> tuple[str, ...]:
    """The names worth choosing from: places and UTC, without the historic aliases."""
    places = (name for name in _all_names() if "/" in name and not name.startswith(_NOT_OFFERED))
    return ("UTC", *sorted(places))


@cache
def _all_names() -> frozenset[str]:
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())
