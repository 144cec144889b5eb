"""Files that blocks point at: an image by `slack_file` must be there, ready, and a picture.

https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
"""

from collections.abc import Iterator, Sequence

from sandbox.filetypes import PICTURES
from sandbox.records import File
from sandbox.wire import (
    JsonObject,
    SlackError,
    as_list,
    as_object,
    as_objects,
    as_text,
    maybe_object,
)
from sandbox.workspace import Team

BROKEN = "invalid slack file"


def broken_files(team: Team, blocks: Sequence[JsonObject], at: str = "/blocks") -> list[str]:
    """JSON pointers to the references that Slack refuses."""
    found = _references(list(blocks), at)
    return [pointer for pointer, reference in found if not _usable(team, reference)]


def check_view(team: Team, content: JsonObject) -> None:
    """Raises SlackError for a view that shows a file it cannot."""
    broken = broken_files(team, as_objects(content.get("blocks")), "/view/blocks")
    if broken:
        listed = [f"[ERROR] {BROKEN} [json-pointer:{at}]" for at in broken]
        raise SlackError("invalid_arguments", listed)


def _references(value: object, at: str) -> Iterator[tuple[str, JsonObject]]:
    for number, each in enumerate(as_list(value)):
        yield from _references(each, f"{at}/{number}")
    for name, held in as_object(value).items():
        reference = maybe_object(held) if name == "slack_file" else None
        if reference is not None:
            named = "url" if reference.get("url") else "id"
            yield f"{at}/slack_file.{named}/slack_file", reference  # as odd as Slack's own
        else:
            yield from _references(held, f"{at}/{name}")


def _usable(team: Team, reference: JsonObject) -> bool:
    file = _named(team, reference)
    return file is not None and file.ready and not file.deleted and file.filetype in PICTURES


def _named(team: Team, reference: JsonObject) -> File | None:
    """By id, or by one of its addresses, which all carry the id."""
    address = as_text(reference.get("url"))
    if not address:
        return team.files.get(as_text(reference.get("id")))
    parts = address.replace(f"{team.id}-", "").split("/")
    return next((team.files[part] for part in parts if part in team.files), None)
