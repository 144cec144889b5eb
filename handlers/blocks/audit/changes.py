"""What differs between two values of a setting, part by part. Pure; knows no setting."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

Path = tuple[str, ...]
_Parts = Mapping[str, object]
_IDENTITY = ("key", "currency", "code", "name", "label")
"""What an entry of a list is known by, the first it has."""
_NAME = ("label", *_IDENTITY)
_INTERNAL = frozenset({"workspace_id", "chosen_by"})
"""Parts that tell people nothing."""


@dataclass(frozen=True, slots=True)
class Change:
    """One part of a value. None where it was not, or is not any more."""

    path: Path
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """Plain entries of a list: those added, or those removed."""

    path: Path
    words: str


def changes(before: object, after: object) -> tuple[Change | Listed, ...]:
    """Part by part, in their order; an entry of a list that is added or gone is one change."""
    return tuple(_changes((), before, after))


def told(value: object) -> str | None:
    """A value in one line, a channel as Slack's token for it; None when there is none."""
    if value is None or value in ("", [], {}):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    whole = _mapping(value)
    if whole is not None:
        channel = _channel(value)
        if channel is not None:
            return f"<#{channel}>"
        hidden = {*_INTERNAL, *(("key",) if "label" in whole else ())}
        parts = [(name, told(each)) for name, each in whole.items() if name not in hidden]
        return ", ".join(f"{spoken(name)}: {words}" for name, words in parts if words)
    entries = _sequence(value)
    if entries is not None:
        return ", ".join(_first(each, _NAME) or told(each) or "-" for each in entries)
    return str(value)


def spoken(name: str) -> str:
    return name.replace("_", " ")


def _changes(path: Path, before: object, after: object) -> Iterator[Change | Listed]:
    if before == after:
        return
    old, new = _mapping(before), _mapping(after)
    listed = _sequence(before), _sequence(after)
    if _channel(before) != _channel(after):
        yield Change(path, told(before), told(after))
    elif old is not None and new is not None:
        yield from _parts(path, old, new)
    elif listed[0] is not None and listed[1] is not None:
        yield from _entries(path, listed[0], listed[1])
    else:
        yield Change(path, told(before), told(after))


def _parts(path: Path, before: _Parts, after: _Parts) -> Iterator[Change | Listed]:
    for name in dict.fromkeys([*before, *after]):
        if name not in _INTERNAL:
            yield from _changes((*path, spoken(name)), before.get(name), after.get(name))


def _entries(
    path: Path, before: Sequence[object], after: Sequence[object]
) -> Iterator[Change | Listed]:
    old, new = _known(before), _known(after)
    for key in dict.fromkeys([*old, *new]):
        was, now = old.get(key), new.get(key)
        name = _first(now, _NAME) or _first(was, _NAME)
        if name is not None:
            yield from _changes((*path, name), was, now)
    yield from _plain(path, old, new)
    stayed = [[key for key in each if key in old and key in new] for each in (old, new)]
    if stayed[0] != stayed[1]:
        yield Change((*path, "order"), told(list(old.values())), told(list(new.values())))


def _plain(path: Path, old: _Parts, new: _Parts) -> Iterator[Listed]:
    for word, here, there in (("added", new, old), ("removed", old, new)):
        moved = [each for key, each in here.items() if key not in there]
        words = told([each for each in moved if _first(each, _NAME) is None])
        if words is not None:
            yield Listed((*path, word), words)


def _known(entries: Sequence[object]) -> dict[str, object]:
    """By what each is known by; a plain entry by itself."""
    return {_first(each, _IDENTITY) or told(each) or "-": each for each in entries}


def _channel(value: object) -> str | None:
    return _first(value, ("channel_id",))


def _first(value: object, names: Sequence[str]) -> str | None:
    parts = _mapping(value) or {}
    return next((str(parts[each]) for each in names if parts.get(each)), None)


def _mapping(value: object) -> _Parts | None:
    return cast("_Parts", value) if isinstance(value, Mapping) else None


def _sequence(value: object) -> Sequence[object] | None:
    return cast("list[object]", value) if isinstance(value, list) else None
