"""Forms of strings: dates, times, addresses, numbers, zones. Each says yes or no."""

import re
from datetime import date
from zoneinfo import ZoneInfo

_LINK = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:[^\s]+")
_WEB = re.compile(r"https?://[^\s/]+[^\s]*")
_SECURE = re.compile(r"https://[^\s/]+[^\s]*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


def is_link(text: str) -> bool:
    """Any address a client can open: https, mailto, slack."""
    return _LINK.fullmatch(text) is not None


def is_web(text: str) -> bool:
    return _WEB.fullmatch(text) is not None


def is_secure(text: str) -> bool:
    return _SECURE.fullmatch(text) is not None


def is_day(text: str) -> bool:
    """YYYY-MM-DD of a day that exists."""
    if _DAY.fullmatch(text) is None:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_time(text: str) -> bool:
    """HH:mm of a 24-hour clock."""
    return _TIME.fullmatch(text) is not None


def is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def is_color(text: str) -> bool:
    return _COLOR.fullmatch(text) is not None


def is_zone(text: str) -> bool:
    """The name of an IANA time zone."""
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        return False
    return True
