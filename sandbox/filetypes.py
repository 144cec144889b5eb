"""What kind of file some bytes are, in Slack's names.

https://docs.slack.dev/reference/objects/file-object#types
"""

from mimetypes import guess_type
from pathlib import PurePath

PLAIN, BINARY = "text/plain", "application/octet-stream"
# What a file begins with tells more than its name.
BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (b"GIF8", "gif", "image/gif"),
    (b"%PDF-", "pdf", "application/pdf"),
)
# Slack's name for a type where it is not the ending of the file's name.
NAMES = {"jpeg": "jpg", "md": "markdown", "txt": "text", "yml": "yaml", "py": "python"}
PRETTY = {
    "binary": "Binary",
    "markdown": "Markdown (raw)",
    "python": "Python",
    "text": "Plain Text",
    "xlsx": "Excel Spreadsheet",
    "docx": "Word Document",
    "pptx": "PowerPoint Presentation",
}
PICTURES = frozenset({"png", "jpg", "gif"})


def kind_of(name: str, content: bytes) -> tuple[str, str]:
    """Slack's `filetype` and the `mimetype`."""
    for beginning, filetype, mimetype in BEGINNINGS:
        if content.startswith(beginning):
            return filetype, mimetype
    ending = PurePath(name).suffix.removeprefix(".").lower()
    guessed = guess_type(name)[0]
    if guessed is not None and not (ending in PICTURES or guessed == "application/pdf"):
        return NAMES.get(ending, ending), guessed
    return ("text", PLAIN) if _is_text(content) else ("binary", BINARY)


def pretty_type(filetype: str) -> str:
    """How people call it."""
    return PRETTY.get(filetype, filetype.upper())


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode()
    except UnicodeDecodeError:
        return False
