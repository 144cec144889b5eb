"""`python -m sandbox`: a local Slack for any app, told about it by the app's manifest."""

import argparse
import asyncio
import signal
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent
from urllib.parse import urlencode, urlsplit

from sandbox.addresses import Addresses
from sandbox.clock import SandboxClock
from sandbox.declared import NotUsable
from sandbox.furnishing import USUAL, Grant, WorkspacesDescribed, furnish, read_workspaces
from sandbox.manifest import AppManifest, read_manifest
from sandbox.sandbox import Sandbox
from sandbox.workspace import Team

USAGE_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C; returns the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        manifest = read_manifest(asked.manifest)
        described = USUAL if asked.workspace is None else read_workspaces(asked.workspace)
        where = _listens(asked, manifest)
    except NotUsable as error:
        _complain(f"{error.path} cannot be used:", *(f"  - {each}" for each in error.reasons))
        return USAGE_ERROR
    except ValueError as error:
        _complain(str(error))
        return USAGE_ERROR
    try:
        asyncio.run(_serve(asked, manifest, described, where))
    except OSError as error:
        _complain(f"Port {asked.port} cannot be used: {error.strerror}. Try --port 0.")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="A local Slack for your app, in the browser."
    )
    add = parser.add_argument
    add("--manifest", type=Path, required=True, help="the app's manifest, YAML or JSON")
    add("--request-url", help="where the app listens, e.g. http://127.0.0.1:3000/slack/events")
    add("--socket", action="store_true", help="the app connects by socket mode instead")
    add("--workspace", type=Path, help="a file that describes people and channels")
    add("--port", type=int, default=8000, help="where the page is (default: 8000; 0: any)")
    add("--folder", type=Path, help="keeps everything here between runs")
    add("--record", type=Path, help="writes every call and delivery into this file, a line each")
    add("--seed", type=int, default=0, help="decides when faults strike (default: 0)")
    add("--history-limits", action="store_true", help="history as for apps outside the Marketplace")
    add("--open", action="store_true", help="opens the page in the browser")
    return parser


def _listens(asked: argparse.Namespace, manifest: AppManifest) -> Addresses | None:
    """Where the app is; None for socket mode. Raises ValueError when nobody has said."""
    if asked.socket or (manifest.settings.socket_mode_enabled and asked.request_url is None):
        return None
    given: str | None = asked.request_url
    if given is not None and urlsplit(given).scheme not in {"http", "https"}:
        raise ValueError(
            f"--request-url {given!r} is no address: http://127.0.0.1:3000/slack/events"
        )
    found = manifest.addresses(given)
    if found is None or not (given or manifest.is_local):
        raise ValueError(
            "Where does the app listen? Say --request-url http://127.0.0.1:3000/slack/events, "
            "or --socket. (What the manifest names is not on this machine.)"
        )
    return found


async def _serve(
    asked: argparse.Namespace,
    manifest: AppManifest,
    described: WorkspacesDescribed,
    where: Addresses | None,
) -> None:
    slack = Sandbox(
        clock=SandboxClock(),
        app_name=manifest.name,
        folder=asked.folder,
        record=asked.record,
        seed=asked.seed,
        unlisted=asked.history_limits,
        rotates_tokens=manifest.settings.token_rotation_enabled,
        redirect_urls=tuple(manifest.redirect_urls(None if where is None else where.usual)),
        wait=asyncio.sleep,
    )
    stop = _stop_signal()
    grant = Grant(manifest.scopes, org_wide=manifest.settings.org_deploy_enabled)
    teams = furnish(slack, described, grant)
    await slack.start(port=asked.port)
    try:
        _connect(slack, manifest, where)
        _say(welcome(slack, manifest, teams, where))
        if asked.open:
            webbrowser.open(slack.url)
        await stop.wait()
    finally:
        await slack.stop()
    _say("Stopped.")


def _connect(slack: Sandbox, manifest: AppManifest, where: Addresses | None) -> None:
    features = manifest.features
    slack.connect_app(
        where,
        commands=[each.model_dump() for each in features.slash_commands],
        shortcuts=[each.model_dump() for each in features.shortcuts],
        events=manifest.settings.event_subscriptions.bot_events,
        unfurl_domains=features.unfurl_domains,
    )


def _stop_signal() -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


def welcome(
    slack: Sandbox, manifest: AppManifest, teams: Sequence[Team], where: Addresses | None
) -> str:
    """All that is needed to open the page and to point the app here."""
    usual = None if where is None else where.usual
    more = _more(slack, manifest, usual)
    return "\n".join([_page(slack, teams, where), _secrets(slack, teams), *more])


def _page(slack: Sandbox, teams: Sequence[Team], where: Addresses | None) -> str:
    names = " and ".join(team.name for team in teams)
    way = "waits for it by socket" if where is None else f"sends to {where.usual}"
    return f"{slack.core.app.name} in {names}: open {slack.url}  (Slack {way}; Ctrl-C ends)\n"


def _secrets(slack: Sandbox, teams: Sequence[Team]) -> str:
    tokens = [f"SLACK_BOT_TOKEN={team.bot_token}  # {team.name}" for team in teams]
    told = f"""\
    SLACK_API_URL={slack.api_url}
    SLACK_SIGNING_SECRET={slack.signing_secret}
    SLACK_APP_TOKEN={slack.app_token}
    SLACK_CLIENT_ID={slack.client_id}
    SLACK_CLIENT_SECRET={slack.client_secret}

    Bolt for Python      App(client=WebClient(token=..., base_url="{slack.api_url}"))
    Bolt for JavaScript  new App({{ clientOptions: {{ slackApiUrl: "{slack.api_url}" }} }})
    Bolt for Java        slackConfig.setMethodsEndpointUrlPrefix("{slack.api_url}")"""
    return "\n".join([*tokens, dedent(told)])


def _more(slack: Sandbox, manifest: AppManifest, usual: str | None) -> list[str]:
    """The install page, where the app has one, and scopes that nothing here asks for."""
    more: list[str] = []
    for redirect in manifest.redirect_urls(usual):
        asked = {"client_id": slack.client_id, "scope": ",".join(manifest.scopes)}
        query = urlencode(asked | {"redirect_uri": redirect})
        more.append(f"Install page         {slack.url}/oauth/v2/authorize?{query}")
    if manifest.unknown_scopes:
        more.append(f"Granted, but nothing here asks for it: {', '.join(manifest.unknown_scopes)}")
    return more


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _complain(*lines: str) -> None:
    sys.stderr.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
