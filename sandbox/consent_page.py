"""How the install page looks: who asks, as whom to answer, what for, and two buttons.

Plain HTML that works without script, in light and dark. Everything in it is escaped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

# What people read instead of a scope, in Slack's two headings.
VIEW = {
    "app_mentions:read": "View messages that mention it in conversations it is in",
    "channels:history": "View messages in public channels it has been added to",
    "channels:read": "View basic information about public channels",
    "files:read": "View files shared in conversations it has been added to",
    "groups:history": "View messages in private channels it has been added to",
    "groups:read": "View basic information about private channels it has been added to",
    "im:history": "View direct messages people exchange with it",
    "im:read": "View basic information about its direct messages",
    "links:read": "View addresses it knows in messages",
    "mpim:history": "View messages in group direct messages it has been added to",
    "mpim:read": "View basic information about its group direct messages",
    "reactions:read": "View emoji reactions in conversations it has been added to",
    "team:read": "View the name and address of the workspace",
    "usergroups:read": "View user groups",
    "users.profile:read": "View people's profiles",
    "users:read": "View people in the workspace",
    "users:read.email": "View email addresses of people in the workspace",
}
DO = {
    "channels:join": "Join public channels",
    "channels:manage": "Manage public channels it has been added to, and create new ones",
    "chat:write": "Send messages as itself",
    "chat:write.customize": "Send messages under another name and picture",
    "chat:write.public": "Send messages to channels it is not a member of",
    "commands": "Add shortcuts and slash commands that people can use",
    "files:write": "Upload, edit and delete files as itself",
    "groups:write": "Manage private channels it has been added to, and create new ones",
    "im:write": "Start direct messages with people",
    "links:write": "Show previews of addresses in messages",
    "mpim:write": "Start group direct messages with people",
    "reactions:write": "Add and change emoji reactions",
}
STYLE = """
:root { color-scheme: light dark; --page: light-dark(#f8f8f8, #1a1d21);
  --card: light-dark(#fff, #222529); --ink: light-dark(#1d1c1d, #f8f8f8);
  --faint: light-dark(#616061, #ababad); --line: light-dark(#ddd, #565856);
  --go: #007a5a; --focus: light-dark(#1264a3, #4bb3e8); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 Lato,
  "Helvetica Neue", Helvetica, Arial, sans-serif; }
main { max-width: 36rem; margin: 2rem auto; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 12px; }
.face { width: 3.5rem; height: 3.5rem; margin: 0 auto 1rem; border-radius: 12px;
  color: #fff; background: #4a154b; font: bold 2rem/3.5rem Lato, Arial, sans-serif;
  text-align: center; }
h1 { font-size: 1.5rem; line-height: 1.25; text-align: center; margin: 0 0 1.5rem; }
h2 { font-size: 1.0625rem; margin: 1.5rem 0 .5rem; }
ul { margin: 0; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: 8px; }
li { padding: .5rem .75rem; } li + li { border-top: 1px solid var(--line); }
code, .faint { color: var(--faint); font-size: .8125rem; } li code { display: block; }
label { display: block; font-weight: bold; margin-bottom: .25rem; }
select { width: 100%; min-height: 2.75rem; padding: .5rem; font: inherit; color: inherit;
  background: var(--card); border: 1px solid var(--faint); border-radius: 8px; }
.buttons { display: flex; gap: .75rem; justify-content: flex-end; margin-top: 1.5rem; }
button { min-height: 2.75rem; padding: 0 1.5rem; font: bold 1rem Lato, Arial, sans-serif;
  color: var(--ink); background: var(--card); border: 1px solid var(--faint);
  border-radius: 8px; cursor: pointer; }
button.go { color: #fff; background: var(--go); border-color: var(--go); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
@media (max-width: 40rem) { main { margin: 0; border: 0; border-radius: 0; padding: 1.25rem; }
  .buttons { flex-direction: column-reverse; } }
"""


@dataclass(frozen=True)
class Asking:
    """Who asks for what; `passed` is what the form carries on."""

    app: str
    scopes: Sequence[str]
    user_scopes: Sequence[str]
    passed: dict[str, str]


@dataclass(frozen=True)
class Group:
    """A workspace or an organization, and who could agree in it: value and name."""

    name: str
    people: Sequence[tuple[str, str]]


def consent_page(asking: Asking, groups: Sequence[Group]) -> str:
    """The page of a form that comes back with `who` and `answer`."""
    app = escape(asking.app)
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in asking.passed.items()
    )
    viewed = [scope for scope in asking.scopes if scope in VIEW]
    done = [scope for scope in asking.scopes if scope not in VIEW]
    body = f"""<div class="face" aria-hidden="true">{app[:1]}</div>
<h1>{app} is requesting permission to access a Slack workspace</h1>
<form method="get">{hidden}
<label for="who">Who agrees, and in which workspace?</label>
<select id="who" name="who" required>{"".join(map(_choices, groups))}</select>
{_listed(f"What will {app} be able to view?", viewed)}
{_listed(f"What will {app} be able to do?", done)}
{_listed(f"What will {app} be able to do as you?", asking.user_scopes)}
<div class="buttons"><button name="answer" value="cancel" formnovalidate>Cancel</button>
<button class="go" name="answer" value="allow">Allow</button></div>
</form>"""
    return _page(f"Install {app}", body)


def refusal_page(app: str, code: str) -> str:
    """What somebody sees whose link is wrong."""
    body = f"""<h1>Something went wrong when authorizing {escape(app)}</h1>
<p>The link that led here is not one that Slack can follow.</p>
<p>Error details: <code>{escape(code)}</code></p>"""
    return _page("Error", body)


def _page(title: str, body: str) -> str:
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} | Slack</title><style>{STYLE}</style></head>
<body><main>{body}</main></body></html>"""


def _choices(group: Group) -> str:
    """Each with its workspace: a closed list shows the choice without its heading."""
    place = escape(group.name)
    people = "".join(
        f'<option value="{escape(value)}">{escape(name)}, {place}</option>'
        for value, name in group.people
    )
    return f'<optgroup label="{place}">{people}</optgroup>' if people else ""


def _listed(heading: str, scopes: Sequence[str]) -> str:
    if not scopes:
        return ""
    words = VIEW | DO
    items = "".join(
        f"<li>{escape(words.get(scope, scope))}<code>{escape(scope)}</code></li>"
        for scope in scopes
    )
    return f"<h2>{heading}</h2><ul>{items}</ul>"
