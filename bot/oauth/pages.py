"""How the pages of an install look: the one with the button, and what came of it.

Plain HTML that works without script, on a phone, in light and dark, and with a reader. Everything
in it is escaped. Each page says what happened, what was saved, and what to do.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from html import escape

from bot.manifest import BOT_SCOPES

STYLE = """
:root { color-scheme: light dark; --page: light-dark(#f4f5f7, #16181c);
  --card: light-dark(#fff, #202329); --ink: light-dark(#1d1c1d, #f2f3f5);
  --faint: light-dark(#5c5f66, #a9adb5); --line: light-dark(#d5d8dd, #4b4f57);
  --mark: light-dark(#1f3a5f, #8fb4e3); --wrong: light-dark(#b3261e, #ff9c94);
  --go: #1f3a5f; --focus: light-dark(#1264a3, #4bb3e8); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
main { max-width: 34rem; margin: 3rem auto; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 12px; }
.name { margin: 0 0 1.25rem; color: var(--mark); font-weight: 700; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
p { margin: 0 0 1rem; }
label { display: block; font-weight: 600; margin: 1.5rem 0 .25rem; }
.faint { color: var(--faint); font-size: .875rem; }
.wrong { color: var(--wrong); font-weight: 600; }
input { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; color: inherit;
  background: var(--card); border: 1px solid var(--faint); border-radius: 8px; }
input[aria-invalid="true"] { border-color: var(--wrong); }
.go { display: inline-block; min-height: 2.75rem; padding: .625rem 1.5rem; font: inherit;
  font-weight: 700; line-height: 1.5; color: #fff; background: var(--go); text-decoration: none;
  border: 1px solid light-dark(#1f3a5f, #8fb4e3); border-radius: 8px; cursor: pointer; }
details { margin-top: 1.5rem; } summary { cursor: pointer; padding: .5rem 0; }
ul { margin: .25rem 0 0; padding-left: 1.25rem; } li { margin-bottom: .375rem; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
@media (max-width: 40rem) { main { margin: 0; min-height: 100vh; border: 0; border-radius: 0;
  padding: 1.5rem 1.25rem; } .go { display: block; width: 100%; text-align: center; } }
"""
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

NOTHING_SAVED = "Nothing was saved."
AGAIN = "Try again"


class Ending(Enum):
    """Why an install came to nothing: the HTTP status, what happened, and what to do."""

    CANCELLED = (
        200,
        "You cancelled in Slack",
        "Tandem was not installed.",
        "Whenever you like, begin again.",
    )
    NOT_ALLOWED = (
        200,
        "Slack did not let you install Tandem",
        "Your workspace decides who may install apps.",
        "Ask an admin of your Slack workspace to approve Tandem, or to install it from this page.",
    )
    OTHER_BROWSER = (
        400,
        "This is not the browser where you began",
        "An install has to end in the browser where it began, and that one has to keep cookies.",
        "Begin again here; if you see this page again, allow cookies for this site.",
    )
    EXPIRED = (
        400,
        "That took a little too long",
        "Slack's answer is good for ten minutes.",
        "Begin again; it is a matter of a minute.",
    )
    USED = (
        400,
        "This step has been taken already",
        "Each answer of Slack's counts once. If you saw that Tandem is installed, all is well.",
        "If you did not see that, begin again.",
    )
    CODE_REFUSED = (
        400,
        "Slack does not take its own code any more",
        "It has been used already, or more than ten minutes have passed.",
        "Begin again.",
    )
    SLACK_AWAY = (
        503,
        "Slack does not answer",
        "Tandem could not reach Slack to complete the install.",
        "Wait a minute and begin again. status.slack.com tells whether Slack has trouble.",
    )
    SLACK_REFUSED = (
        400,
        "Slack refused the install",
        "Slack did not say why in a way that Tandem knows.",
        "Begin again. If it happens again, tell whoever runs Tandem for you.",
    )
    NO_PROFILE = (
        400,
        "Slack did not grant everything that Tandem asks for",
        "Tandem needs to know who installs it, and may not read that.",
        "Begin again and allow all that Slack lists.",
    )
    NO_BOT = (
        400,
        "Slack gave no bot for this install",
        "That happens when an organization approves an app but installs it nowhere.",
        "Ask an admin of your Slack organization to add Tandem to a workspace, then begin again.",
    )
    MISCONFIGURED = (
        500,
        "Tandem is not set up right",
        "Slack does not accept the settings that this Tandem runs with.",
        "Tell whoever runs Tandem: its client id, secret or redirect address are not Slack's.",
    )
    SWITCHED_OFF = (
        403,
        "Tandem is switched off for your company",
        "All its records are kept, and nothing is posted.",
        "Whoever runs Tandem for your company can switch it on again. Then install it again.",
    )
    LINK_CODE = (400, "Tandem could not use your link code", "", "Begin again.")
    TOO_MANY = (
        429,
        "Please wait a moment",
        "Too many installs are being begun from your address.",
        "Wait a minute and begin again.",
    )
    FAULT = (
        500,
        "Something went wrong in Tandem",
        "This is a fault of ours; it has been noted.",
        "Begin again. If it happens again, tell whoever runs Tandem for you.",
    )

    @property
    def status(self) -> int:
        return self.value[0]


_SAVED = {
    Ending.USED: "Coming here again has changed nothing.",
    Ending.FAULT: "If Tandem answers to /tandem in Slack, it is installed all the same.",
}
"""What was saved, where it is not simply nothing."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a completed install came to. `open_url` leads to the app in Slack."""

    workspace: str
    open_url: str
    is_new: bool = True
    is_led: bool = True
    """Whoever has just installed it is the company's admin now."""
    company: str | None = None
    """The company it was linked to, when a code was given."""


def landing(code: str = "", wrong: str | None = None) -> str:
    """The page with the button; `wrong` says what is wrong with the link code typed before."""
    described = "code-hint code-wrong" if wrong else "code-hint"
    invalid = ' aria-invalid="true"' if wrong else ""
    told = f'<p class="wrong" id="code-wrong" role="alert">{escape(wrong)}</p>' if wrong else ""
    asked = "".join(f"<li>{escape(reason)}</li>" for reason in BOT_SCOPES.values())
    return _page(
        "Add Tandem to Slack",
        f"""<h1>Add Tandem to Slack</h1>
<p>Opportunities, partners and the weekly status, run from Slack. Whoever installs Tandem first
becomes its admin and sets it up in Slack, in three steps.</p>
<form method="post" action="/slack/install">
<label for="code">Link code (optional)</label>
<p class="faint" id="code-hint">Only if your company uses Tandem in another workspace already: an
admin there gets a code with <code>/tandem workspaces</code>.</p>
{told}<p><input id="code" name="link_code" value="{escape(code)}" maxlength="100" autocomplete="off"
autocapitalize="characters" spellcheck="false" aria-describedby="{described}"{invalid}></p>
<button class="go">Add to Slack</button>
</form>
<details><summary>What Tandem asks Slack for, and why</summary><ul>{asked}</ul></details>""",
    )


def ended(ending: Ending, detail: str | None = None) -> str:
    """Why it came to nothing; `detail` is said where the ending itself says nothing."""
    _, title, what, advice = ending.value
    saved = _SAVED.get(ending, NOTHING_SAVED)
    told = [detail or what, "" if detail and saved in detail else saved, advice]
    link = f'<p><a class="go" href="/slack/install">{AGAIN}</a></p>'
    return _page(title, f"<h1>{escape(title)}</h1>{_paragraphs(told)}{link}")


def done(result: Done) -> str:
    """What is there now, and where to go on."""
    where = "installed" if result.is_new or result.company is not None else "back"
    title = f"Tandem is {where} in {result.workspace}"
    link = f'<p><a class="go" href="{escape(result.open_url)}">Open Slack</a></p>'
    return _page(title, f"<h1>{escape(title)}</h1>{_paragraphs(_next_steps(result))}{link}")


def _next_steps(result: Done) -> Sequence[str]:
    if result.company is not None:
        return (
            f"It belongs to {result.company} now and sees the same records.",
            "Open Slack and type /opp list, or /tandem for what you can do.",
        )
    if result.is_new and not result.is_led:
        return (
            "Nobody is its admin yet. An owner of this Slack workspace becomes one on first use.",
            "An owner opens Slack and types /tandem.",
        )
    if result.is_new:
        return (
            "You are its admin. Tandem has sent you a direct message with three steps to begin.",
            "Open Slack and look for Tandem under Apps.",
        )
    return (
        "Everything is there as it was before. Nobody's role has changed.",
        "Open Slack and type /tandem to go on.",
    )


def _paragraphs(told: Sequence[str]) -> str:
    return "".join(f"<p>{escape(each)}</p>" for each in told if each)


def _page(title: str, body: str) -> str:
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{escape(title)}</title><style>{STYLE}</style></head>
<body><main><p class="name">Tandem</p>{body}</main></body></html>"""
