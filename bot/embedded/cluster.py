"""What a cluster is made of and how its server is called: encoding, login, settings."""

import signal
import sys
from pathlib import Path

from bot.embedded.binaries import Binaries
from bot.embedded.child import Child
from bot.embedded.errors import EmbeddedPostgresError
from bot.embedded.home import Home
from bot.embedded.logs import LogTail

SUPERUSER = "postgres"
HOST = "127.0.0.1"
INITDB_SECONDS = 180.0
BUILTIN_LOCALES_SINCE = 17

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # Statements and details can carry a password or a person's words; the log is to have neither.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_destination": "stderr",
    "logging_collector": "off",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def ensure_cluster(home: Home, binaries: Binaries, *, durable: bool) -> None:
    """Make the cluster at the first start; later, check that these programs can open it."""
    if home.data.is_dir():
        _check_version(home.data, binaries)
        return
    home.password()
    draft = home.new_draft()
    output = home.open_log()
    tail = LogTail.from_now(output)
    command = _initdb(draft, home.password_file, binaries, durable=durable)
    initdb = Child(command, home.account, output)
    try:
        finished = initdb.exited.wait(INITDB_SECONDS)
    finally:
        initdb.end(steps=[(signal.SIGINT, 10.0), (signal.SIGKILL, 10.0)])
    if not finished or initdb.exit_code:
        raise EmbeddedPostgresError(f"initdb failed in {home.path}:\n{tail.text()}")
    draft.rename(home.data)


def server_command(home: Home, binaries: Binaries, port: int, *, durable: bool) -> list[str | Path]:
    """The server in the foreground. Its arguments are public: they hold no secret."""
    settings = SETTINGS | {"port": str(port)} | ({} if durable else FORGETFUL)
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [binaries.program("postgres"), "-D", home.data, *options]


def _initdb(data: Path, password: Path, binaries: Binaries, *, durable: bool) -> list[str | Path]:
    return [
        binaries.program("initdb"),
        *("-D", data),
        *("-U", SUPERUSER),
        *("--auth", "scram-sha-256"),
        f"--pwfile={password}",
        *("-E", "UTF8"),
        *_locale(binaries),
        "--no-instructions",
        *(() if durable else ("--no-sync",)),
    ]


def _locale(binaries: Binaries) -> list[str]:
    """C.UTF-8: sorted by code point, any letter a letter. The C library of macOS lacks it."""
    system = (
        ["--locale=C", "--lc-ctype=UTF-8"] if sys.platform == "darwin" else ["--locale=C.UTF-8"]
    )
    if binaries.major < BUILTIN_LOCALES_SINCE:
        return system
    return [*system, "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]


def _check_version(data: Path, binaries: Binaries) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    if made_by != str(binaries.major):
        raise EmbeddedPostgresError(
            f"The database in {data} was made by PostgreSQL {made_by}, and {binaries.folder} "
            f"holds {binaries.version}. Use programs of version {made_by}, or another folder."
        )
