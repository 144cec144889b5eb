"""What can go wrong with the embedded server, as facts a person can act on."""

from pathlib import Path


class EmbeddedPostgresError(RuntimeError):
    """The embedded server cannot do what was asked; the text says why and what to do."""


class BinariesMissingError(EmbeddedPostgresError):
    """No usable PostgreSQL programs were found."""


class FolderInUseError(EmbeddedPostgresError):
    """Another process, or another object of this one, holds the data folder."""

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(f"The database in {folder} is already in use by {holder}.")
        self.folder = folder
        self.holder = holder
