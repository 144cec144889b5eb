"""Which kind of token or secret a text is: the kinds are easily taken for one another."""

from collections.abc import Mapping

from bot.doctor.findings import Finding, fault, warning, well
from bot.settings import Settings

KINDS: Mapping[str, str] = {
    "xoxe.xoxb-": "a bot token that ends after 12 hours",
    "xoxe.xoxp-": "a person's token that ends after 12 hours",
    "xoxe-": "a refresh token",
    "xoxb-": "a bot token",
    "xoxp-": "a person's token",
    "xoxa-": "a workspace token of an older kind",
    "xapp-": "an app-level token",
}
"""https://docs.slack.dev/authentication/tokens"""
BOT, ROTATED_BOT, APP = "a bot token", "a bot token that ends after 12 hours", "an app-level token"
WHERE_BOT = "Copy the Bot User OAuth Token (xoxb-…) from the app's OAuth & Permissions page."
WHERE_APP = "Make one with connections:write on the app's Basic Information page (xapp-…)."
WHERE_SECRET = "Copy it from the app's Basic Information page; it is no token."  # noqa: S105  # words


def kind_of(secret: str) -> str:
    """In words; what is no token of Slack's is something else."""
    return next((kind for begin, kind in KINDS.items() if secret.startswith(begin)), "no token")


def of_settings(settings: Settings) -> list[Finding]:
    """Whether each of the settings' secrets is of its kind."""
    bot, app = settings.slack_bot_token, settings.slack_app_token
    found: list[Finding] = []
    if bot is not None:
        found.append(_of_bot(kind_of(bot.get_secret_value())))
    if app is not None:
        found.append(_of_kind("SLACK_APP_TOKEN", kind_of(app.get_secret_value()), APP, WHERE_APP))
    for name in ("slack_signing_secret", "slack_client_secret"):
        secret = getattr(settings, name)
        if secret is not None:
            kind = kind_of(secret.get_secret_value())
            found.append(_of_kind(name.upper(), kind, "no token", WHERE_SECRET))
    return found


def _of_bot(kind: str) -> Finding:
    if kind == ROTATED_BOT:
        return warning(
            "SLACK_BOT_TOKEN",
            f"is {kind}",
            "One workspace needs a token that stays: turn token rotation off, or install by OAuth.",
        )
    return _of_kind("SLACK_BOT_TOKEN", kind, BOT, WHERE_BOT)


def _of_kind(name: str, kind: str, wanted: str, advice: str) -> Finding:
    if kind == wanted:
        return well(name, "of its kind")
    return fault(name, f"is {kind}, and should be {wanted}", advice)
