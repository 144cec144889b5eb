"""Which team a call is about: the token's own, or for an enterprise's token the one it names.

https://docs.slack.dev/enterprise: some methods need `team_id`, the others are led by an id in them.
"""

from sandbox.core import Core
from sandbox.tokens import Token
from sandbox.web_api.arguments import Arguments
from sandbox.wire import SlackError
from sandbox.workspace import Team


def team_of(core: Core, token: Token, args: Arguments, *, needed: bool) -> Team:
    """Raises SlackError when an enterprise's token leaves open which team is meant."""
    if token.team_id:
        return core.teams[token.team_id]
    held = [team for team in core.teams.values() if _belongs(team, token)]
    asked = args.maybe("team_id")
    if asked:
        return _asked(core, held, asked)
    if needed:
        raise SlackError("missing_argument", ["[ERROR] missing required field: team_id"])
    found = _led(core, held, args)
    if found is None:
        raise SlackError("team_not_found")
    return found


def _belongs(team: Team, token: Token) -> bool:
    return team.enterprise is not None and team.enterprise.id == token.enterprise_id


def _asked(core: Core, held: list[Team], team_id: str) -> Team:
    for team in held:
        if team.id == team_id:
            return team
    raise SlackError("team_access_not_granted" if team_id in core.teams else "team_not_found")


def _led(core: Core, held: list[Team], args: Arguments) -> Team | None:
    """The team of the trigger, view, channel, person or file among the arguments."""
    by_trigger = core.triggers.team_of(_word(args, "trigger_id"))
    by_view = core.views.team_of(_word(args, "view_id"), _word(args, "external_id"))
    ids = {_word(args, name) for name in ("channel", "channel_id", "user", "user_id", "file")}
    ids |= {each for name in ("channels", "users") for each in _word(args, name).split(",")}
    for team in held:
        if team.id in (by_trigger, by_view):
            return team
        if any(each in team.channels or each in team.people or each in team.files for each in ids):
            return team
    return held[0] if held else None


def _word(args: Arguments, name: str) -> str:
    value = args.given.get(name)
    return value if isinstance(value, str) else ""
