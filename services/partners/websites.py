"""A partner's website: read as people type it, kept as an address that can be opened. Pure."""

import re
from typing import Annotated
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from pydantic import AfterValidator, BeforeValidator

from services.errors import Problem
from services.text import blank_is_none, clean, refused

LONGEST = 500
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:(?!\d)")
_AS_IT_IS = "/:?#[]@!$&'()*+,;=%~-._"


def website(words: str) -> str:
    """`Globex.com/about` is `https://globex.com/about`; the host in small letters.

    Raises PydanticCustomError with Problem.NOT_A_WEBSITE for anything but http and https.
    """
    typed = clean(words, LONGEST)
    parts = _split(typed if _SCHEME.match(typed) else f"https://{typed}")
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not _is_public(host):
        raise refused(Problem.NOT_A_WEBSITE)
    whole = urlunsplit(parts._replace(netloc=_netloc(parts, host)))
    address = quote(whole, safe=_AS_IT_IS)
    if len(address) > LONGEST:
        raise refused(Problem.TOO_LONG, max_length=LONGEST)
    return address


def host_of(address: str | None) -> str | None:
    """Which site an address is of: `https://www.globex.com/x` and `http://globex.com` are one."""
    host = urlsplit(address).hostname if address else None
    return host.removeprefix("www.") if host else None


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises when it is no number
    except ValueError as error:
        raise refused(Problem.NOT_A_WEBSITE) from error
    return parts


def _netloc(parts: SplitResult, host: str) -> str:
    ascii_host = _ascii(host) or ""
    return ascii_host if parts.port is None else f"{ascii_host}:{parts.port}"


def _is_public(host: str) -> bool:
    """A name with a domain: no `localhost`, no bare number, nothing that is not a name."""
    known = _ascii(host)
    if known is None:
        return False
    labels = known.split(".")
    return len(labels) > 1 and all(map(_is_label, labels)) and not labels[-1].isdigit()


def _is_label(label: str) -> bool:
    return re.fullmatch(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9])?", label) is not None


def _ascii(host: str) -> str | None:
    """The host as the network knows it; a name in another script becomes its `xn--` form, which
    also shows a look-alike for what it is.
    """
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None


OptionalWebsite = Annotated[
    Annotated[str, AfterValidator(website)] | None, BeforeValidator(blank_is_none)
]
