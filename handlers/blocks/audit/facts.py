"""An entry in words: who did what, and what changed, line by line. Escaped."""

import re
from collections.abc import Mapping
from typing import cast

from handlers.blocks.audit.changes import Change, Listed, Path, changes, spoken, told
from handlers.blocks.audit.titles import title_of
from handlers.blocks.audit.words import ACTIONS, FACTS, HIDDEN, REASONS, UNNAMED
from handlers.blocks.text import cut, escape, isolated, shown
from services.audit import Entry
from services.configuration.roles import FORMS

MOST_NAME = 120
NOTHING = "none"
_PERMISSION = re.compile(r"[a-z_]+\.[a-z_]+(?::(?:own|any))?")
_CHANNEL = re.compile(r"&lt;#([CG][A-Z0-9]{1,30})&gt;")

Labels = Mapping[str, str]
"""What the company calls its stages, roles and reasons, by their keys."""


def sentence(entry: Entry) -> str:
    """`*Ada Admin* moved *#42 Acme renewal*`."""
    record = f"*{shown(about(entry), MOST_NAME)}*"
    return f"*{shown(author(entry), MOST_NAME)}* {_words(entry).replace('{about}', record)}"


def deed(entry: Entry) -> str:
    """The same without who did it, as plain text."""
    return _words(entry).replace("{about}", about(entry))


def author(entry: Entry) -> str:
    if entry.author is not None:
        return entry.author
    return "The operator of this installation" if entry.is_operators else "Tandem"


def lines(entry: Entry, labels: Labels, most: int) -> list[str]:
    """What changed and what else is known of it; each value of at most `most` characters."""
    said = _Said(entry, labels, most)
    return [*said.changed(), *said.rest()]


class _Said:
    """The details of one entry in words."""

    def __init__(self, entry: Entry, labels: Labels, most: int) -> None:
        self._entry = entry
        self._labels = labels if entry.entity_type != "setting" else dict[str, str]()
        self._most = most

    def changed(self) -> list[str]:
        details = self._entry.details
        if isinstance(details.get("changes"), dict):
            fields = cast("Mapping[str, list[object]]", details["changes"])
            return [
                self._change(Change((spoken(name),), told(before), told(after)))
                for name, (before, after) in fields.items()
            ]
        if not {"from", "to"}.intersection(details):
            return []
        found = changes(details.get("from"), details.get("to"))
        return [self._change(each) for each in found]

    def rest(self) -> list[str]:
        details = self._entry.details
        listed = {name: _fact(name, each) for name, each in details.items() if name not in HIDDEN}
        return [
            f"{_title(FACTS.get(name, spoken(name)))}: {self._value(words)}"
            for name, words in listed.items()
            if words is not None
        ]

    def _change(self, change: Change | Listed) -> str:
        path = shown(_title(" / ".join(self._below(change.path))), self._most)
        lead = f"{path}: " if path else ""
        if isinstance(change, Listed):
            return lead + self._value(change.words)
        return f"{lead}{self._value(change.before)} → {self._value(change.after)}"

    def _below(self, path: Path) -> Path:
        """Without the setting's own name, which the sentence says."""
        setting = str(self._entry.details.get("setting"))
        return path[1:] if path[1:] and setting.endswith(f".{path[0]}") else path

    def _value(self, words: str | None) -> str:
        if words is None:
            return NOTHING
        for entity_id, name in self._entry.names.items():
            words = words.replace(entity_id, name)
        known = _PERMISSION.sub(_allowed, self._labels.get(words, words))
        return _CHANNEL.sub(r"<#\1>", escape(isolated(cut(known, self._most))))


def _words(entry: Entry) -> str:
    return ACTIONS.get(entry.action, f"{spoken(entry.action).replace('.', ': ')} {{about}}")


def about(entry: Entry) -> str:
    """What the record is called; not escaped."""
    if entry.about:
        return entry.about
    setting = entry.details.get("setting")
    if isinstance(setting, str):
        return title_of(setting) or _title(spoken(setting).replace(".", ": "))
    named = entry.details.get("name") or entry.details.get("currency")
    return cast("str", named or UNNAMED.get(entry.entity_type, "it"))


def _fact(name: str, value: object) -> str | None:
    if name == "because" and isinstance(value, str):
        return REASONS.get(value, value)
    return told({"channel_id": value} if name == "conversation" else value)


def _allowed(found: re.Match[str]) -> str:
    """A permission in words, with whose records it is for."""
    form = found[0]
    if form not in FORMS:
        return form
    scope = {"own": " (own)", "any": " (everybody's)"}.get(form.partition(":")[2], "")
    return FORMS[form].words + scope


def _title(words: str) -> str:
    return words[:1].upper() + words[1:]
