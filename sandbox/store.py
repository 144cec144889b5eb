"""Keeps what must outlive a restart: small JSON records in one SQLite file of a folder.

Each record is written by itself and whole, so a process killed at any moment loses nothing it had
answered for. Knows nothing of what the records mean.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

from sandbox.wire import JsonObject, as_object, dump, parse

SCHEMA = """
create table if not exists records (
    kind text not null, key text not null, value text not null, primary key (kind, key)
) without rowid;
create table if not exists blobs (key text not null primary key, bytes blob not null)
"""


class Store(Protocol):
    """Records by kind and key, and the bytes of files by key (empty for an unknown one)."""

    def put(self, kind: str, key: str, value: JsonObject) -> None: ...
    def drop(self, kind: str, key: str) -> None: ...
    def all(self, kind: str) -> Iterator[tuple[str, JsonObject]]: ...
    def put_bytes(self, key: str, content: bytes) -> None: ...
    def bytes_of(self, key: str) -> bytes: ...
    def close(self) -> None: ...


class NoStore:
    """Forgets all but the bytes of files, which are nowhere else: what tests want."""

    def __init__(self) -> None:
        self._bytes: dict[str, bytes] = {}

    def put(self, kind: str, key: str, value: JsonObject) -> None:
        pass

    def drop(self, kind: str, key: str) -> None:
        pass

    def all(self, kind: str) -> Iterator[tuple[str, JsonObject]]:  # noqa: ARG002 - Store's shape
        return iter(())

    def put_bytes(self, key: str, content: bytes) -> None:
        self._bytes[key] = content

    def bytes_of(self, key: str) -> bytes:
        return self._bytes.get(key, b"")

    def close(self) -> None:
        pass


class FolderStore:
    """One SQLite file, held exclusively: a second sandbox on the same folder fails at its start."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / "slack.sqlite3", isolation_level=None, timeout=1)
        self._db.execute("pragma locking_mode = exclusive")
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.executescript(SCHEMA)

    def put(self, kind: str, key: str, value: JsonObject) -> None:
        self._db.execute(
            "insert or replace into records values (?, ?, ?)", (kind, key, dump(value))
        )

    def drop(self, kind: str, key: str) -> None:
        self._db.execute("delete from records where kind = ? and key = ?", (kind, key))

    def all(self, kind: str) -> Iterator[tuple[str, JsonObject]]:
        rows = cast(
            "list[tuple[str, str]]",
            self._db.execute(
                "select key, value from records where kind = ? order by key", (kind,)
            ).fetchall(),
        )
        for key, value in rows:
            yield key, as_object(parse(value))

    def put_bytes(self, key: str, content: bytes) -> None:
        self._db.execute("insert or replace into blobs values (?, ?)", (key, content))

    def bytes_of(self, key: str) -> bytes:
        query = self._db.execute("select bytes from blobs where key = ?", (key,))
        row = cast("tuple[bytes] | None", query.fetchone())
        return b"" if row is None else row[0]

    def close(self) -> None:
        self._db.close()
