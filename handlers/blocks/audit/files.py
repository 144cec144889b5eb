"""The audit log as a table for a spreadsheet: a row for each entry, newest first. Pure."""

import json

from handlers.blocks import own_files
from handlers.blocks.audit.facts import about, author, deed
from handlers.blocks.text import count
from handlers.notices import File, Message
from services import csv_files
from services.audit import Entry
from services.audit_export import Exported
from services.csv_files import Cell

HEADER = ("At", "Who", "What", "Record", "Kind", "Details", "Action", "Entry")
NAME, TITLE = "audit.csv", "Audit"
ON_ITS_WAY = (
    ":outbox_tray: The audit is on the way to your direct messages with Tandem, as a CSV file with "
    "what the filters let through."
)
_GONE = "You may not read it any more."
_OTHER = "Slack did not take it. Press *Export* in `/tandem audit` again."


def exported_file(it: Exported) -> File:
    """The file and the words beside it. Takes seconds for tens of thousands of entries."""
    told = count(len(it.entries), "entry", "entries")
    cut = ". There may be older ones: narrow the list by days to have them." if it.is_cut else ""
    content = csv_files.written(HEADER, map(_row, it.entries))
    return File(name=NAME, title=TITLE, words=f"*Audit* · {told}{cut}", content=content)


def not_sent(reason: str) -> Message:
    """Why the file does not come, and what to do about it."""
    return own_files.not_sent("the audit", reason, _GONE, _OTHER)


def _row(entry: Entry) -> tuple[Cell, ...]:
    """The details are kept as they are, for who works them up."""
    details = json.dumps(entry.details, ensure_ascii=False, sort_keys=True)
    said = author(entry), deed(entry), about(entry), entry.entity_type
    return entry.at, *said, details, entry.action, str(entry.id)
