"""Links and files that belong to an opportunity: what is asked, and how they are kept. Pure.

A file stays where it was uploaded; its identifier and address are kept, never its content.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, cast
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from pydantic import AfterValidator, BaseModel, ConfigDict

from services.errors import InvalidInput, Problem
from services.tables import JsonArray
from services.text import Name, OptionalName, clean, refused
from services.values import UserId

MOST = 20
"""Attachments of one opportunity."""
LONGEST_URL = 2000

_FILE_ID = re.compile(r"[A-Z0-9]{3,32}")


def _url(words: str) -> str:
    """An address that can be opened, as it was given; nobody's password in it."""
    address = clean(words, LONGEST_URL)
    if re.search(r"[\s<>\"]", address) or not _is_open(address):
        raise refused(Problem.NOT_A_LINK)
    return address


def _is_open(address: str) -> bool:
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises when it is no number
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc


def _file_id(words: str) -> str:
    if _FILE_ID.fullmatch(words) is None:
        raise refused(Problem.NOT_A_FILE)
    return words


Url = Annotated[str, AfterValidator(_url)]
"""An address of http or https, at most 2000 characters."""


class NewLink(BaseModel):
    """An address somebody wants kept. Without a title it is called by its host."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    url: Url
    title: OptionalName = None


class NewFile(BaseModel):
    """A file that was uploaded to Slack: its identifier there, its name and its permalink."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    file_id: Annotated[str, AfterValidator(_file_id)]
    title: Name
    url: Url


NewAttachment = NewLink | NewFile


@dataclass(frozen=True, slots=True)
class Attachment:
    """What is kept of a link or a file; `file_id` is Slack's, of files only."""

    id: str
    kind: Literal["link", "file"]
    title: str
    url: str
    file_id: str | None
    added_by: UserId | None
    added_at: datetime


def made(new: NewAttachment, by: UserId | None, at: datetime) -> Attachment:
    """The new one, with an identifier."""
    file_id = new.file_id if isinstance(new, NewFile) else None
    title = new.title or urlsplit(new.url).hostname or new.url
    return Attachment(uuid4().hex, "file" if file_id else "link", title, new.url, file_id, by, at)


def added(there: Sequence[Attachment], new: Attachment) -> tuple[Attachment, ...]:
    """With the new one at the end. Raises InvalidInput at `url` for an address that is there, and
    for one too many.
    """
    if any(each.url == new.url for each in there):
        raise InvalidInput.of("url", Problem.ALREADY_ATTACHED)
    if len(there) >= MOST:
        raise InvalidInput.of("url", Problem.TOO_MANY, max_length=str(MOST))
    return (*there, new)


def read(stored: JsonArray | None) -> tuple[Attachment, ...]:
    """As `written`; what has not its form is left out."""
    kept = [cast("dict[str, str | None]", each) for each in stored or [] if isinstance(each, dict)]
    return tuple(_read(each) for each in kept if each.keys() >= {"id", "url", "added_at"})


def written(attachments: Sequence[Attachment]) -> JsonArray:
    return [
        {
            "id": each.id,
            "kind": each.kind,
            "title": each.title,
            "url": each.url,
            **({"file_id": each.file_id} if each.file_id else {}),
            "added_by": str(each.added_by) if each.added_by else None,
            "added_at": each.added_at.isoformat(),
        }
        for each in attachments
    ]


def _read(kept: dict[str, str | None]) -> Attachment:
    added_by = kept.get("added_by")
    url = kept["url"] or ""
    return Attachment(
        id=kept["id"] or "",
        kind="file" if kept.get("kind") == "file" else "link",
        title=kept.get("title") or url,
        url=url,
        file_id=kept.get("file_id"),
        added_by=UserId(UUID(added_by)) if added_by else None,
        added_at=datetime.fromisoformat(kept["added_at"] or ""),
    )
