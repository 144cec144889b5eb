"""The command line: `python -m bot demo|serve|migrate|manifest|doctor`, and operators' commands."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from bot import logs, migrate, operator, settings
from bot.checks import UnsafeDatabaseError

USAGE_ERROR = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.run(asked) or 0)
    except settings.SettingsError as error:
        print("These settings must be mended first:", file=sys.stderr)
        for reason in error.reasons:
            print(f"  - {reason}", file=sys.stderr)
        return USAGE_ERROR
    except UnsafeDatabaseError as error:
        print("This database cannot be served:", file=sys.stderr)
        for reason in error.reasons:
            print(f"  - {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Tandem: partner selling.")
    commands = parser.add_subparsers(required=True, metavar="command")

    demo = commands.add_parser("demo", help="a company to try in the browser, without Slack")
    demo.add_argument("--reset", action="store_true", help="forget everything and begin again")
    demo.add_argument("--port", type=int, default=8025, help="where the page is (default: 8025)")
    demo.add_argument("--folder", type=Path, default=Path(".data"), help="where the data stays")
    demo.set_defaults(run=_demo)

    serve = commands.add_parser("serve", help="serve Slack, deliver, remind, evaluate")
    serve.set_defaults(run=_serve)

    install = commands.add_parser(
        "install", help="install the workspace of SLACK_BOT_TOKEN, also one that was unlinked"
    )
    install.set_defaults(run=_install)

    upgrade = commands.add_parser("migrate", help="bring the database to the newest schema")
    upgrade.set_defaults(run=_migrate)

    manifest = commands.add_parser("manifest", help="print the app manifest for Slack")
    manifest.add_argument("--url", help="where Slack reaches this app, e.g. https://tandem.my.com")
    manifest.add_argument("--socket", action="store_true", help="for socket mode, without a URL")
    manifest.add_argument("--prefix", default="", help="before each command, e.g. `tandem-`")
    manifest.add_argument(
        "--rotate-tokens",
        action="store_true",
        help="for installs by OAuth: tokens end after twelve hours and are renewed before",
    )
    manifest.set_defaults(run=_manifest)

    operator.add_commands(commands)
    parser.set_defaults(run=_operate)  # of those that name no `run` of their own
    return parser


def _demo(asked: argparse.Namespace) -> None:
    from bot.demo import demo  # noqa: PLC0415  # the sandbox is loaded for the demo alone

    logs.set_up("text", level=30)
    _until_stopped(lambda stop: demo(asked.folder, asked.port, stop, reset=asked.reset))


def _serve(_asked: argparse.Namespace) -> None:
    from bot.app import serve  # noqa: PLC0415  # other commands need not wait for its imports

    found = settings.load()
    logs.set_up(found.log_format)
    _until_stopped(lambda stop: serve(found, stop))


def _install(_asked: argparse.Namespace) -> int:
    from bot.app import install  # noqa: PLC0415  # same

    logs.set_up("text", level=30)
    name = asyncio.run(install(settings.load()))
    if name is None:
        print("SLACK_BOT_TOKEN is not set: workspaces are installed in the browser.")
        return 1
    print(f"{name} is installed.")
    return 0


def _migrate(_asked: argparse.Namespace) -> None:
    found = settings.load_for_migration()
    application = found.database_url.get_secret_value() if found.database_url else None
    migrate.migrate(found.migration_database_url.get_secret_value(), application)
    print("The database is at the newest schema.")


def _manifest(asked: argparse.Namespace) -> None:
    import handlers  # noqa: PLC0415  # same
    from bot.manifest import PLACEHOLDER, as_yaml, manifest  # noqa: PLC0415  # same

    url = None if asked.socket else (asked.url or PLACEHOLDER).rstrip("/")
    made = manifest(
        handlers.routes(),
        base_url=url,
        prefix=asked.prefix,
        rotates_tokens=asked.rotate_tokens,
    )
    print(as_yaml(made), end="")


def _operate(asked: argparse.Namespace) -> int:
    from bot.app import SystemClock  # noqa: PLC0415  # same

    logs.set_up("text", level=30)
    console = operator.Console(sys.stdout, sys.stderr, sys.stdin, as_json=asked.json)
    return asyncio.run(operator.operate(operator.Desk(console, SystemClock()), asked))


def _until_stopped(run: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    async def main_task() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        await run(stop)

    asyncio.run(main_task())


if __name__ == "__main__":
    sys.exit(main())
