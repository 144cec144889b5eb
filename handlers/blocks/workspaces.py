"""The company's workspaces: the list, a link code, joining another company, unlinking."""

from collections.abc import Sequence
from uuid import UUID

from handlers.blocks import kit
from handlers.blocks.settings import posted_in
from handlers.blocks.text import count, escape, moment_token, shown
from handlers.forms import Packed, pack
from handlers.routing import Blocks, View
from services.configuration.catalogue import ALERTS_CHANNEL, DEALS_CHANNEL, STATUS_CHANNEL
from services.organizations.linking import StayingBehind, Target
from services.organizations.overview import CodeSeen, State, Unlinking, WorkspaceSeen

OPEN = "workspaces_open"
PAGE = "workspaces_page"
CONNECT = "workspaces_connect"
NEW_CODE = "workspaces_new_code"
REVOKE = "workspaces_revoke"
MORE = "workspaces_more"
LIST = "workspaces"
CODES = "workspaces_codes"
ENTER = "workspaces_enter"
JOIN = "workspaces_join"
UNLINK = "workspaces_unlink"

PER_PAGE = 15
_WITHOUT_NAME = "somebody who has left"
_FOR = {
    DEALS_CHANNEL.name: "deals",
    ALERTS_CHANNEL.name: "alerts",
    STATUS_CHANNEL.name: "weekly statuses",
}
_WHERE = (
    "*1.* In the other Slack workspace, install Tandem and give this code there, or, where it is "
    "installed already, have an admin type:"
)
_AFTER = (
    "*2.* That workspace joins your company: its people see your records and work with your "
    "settings. What it had before stays behind, and I ask before that happens."
)


class PageRef(Packed):
    p: int


class CodeRef(Packed):
    id: UUID


class WorkspaceRef(Packed):
    id: UUID


class Typed(Packed):
    """The code that the form was opened with; it works once."""

    code: str


class Below(Packed):
    """The list that a form stands on, so that it can be shown anew."""

    id: UUID
    view_id: str


def workspaces_view(listed: Sequence[WorkspaceSeen], page: int) -> View:
    """All workspaces of the company, with what can be done."""
    pages = max(1, -(-len(listed) // PER_PAGE))
    page = min(max(page, 1), pages)
    rows = listed[(page - 1) * PER_PAGE : page * PER_PAGE]
    live = sum(each.state in {State.CONNECTED, State.REFUSED} for each in listed)
    return kit.modal(
        "Workspaces",
        [
            kit.section(
                _head(live),
                accessory=kit.button("Connect another", CONNECT, "connect", style="primary"),
            ),
            kit.divider(),
            *(_row(each) for each in rows),
            *kit.paging(page, pages, PAGE, lambda number: pack(PageRef(p=number))),
        ],
        callback_id=LIST,
        metadata=pack(PageRef(p=page)),
        close="Close",
    )


def codes_view(codes: Sequence[CodeSeen], fresh: str | None = None) -> View:
    """How another workspace joins; `fresh` is a code that was just made, shown this once."""
    return kit.modal(
        "Connect a workspace",
        [*(_fresh(fresh) if fresh else _explained()), *_open(codes)],
        callback_id=CODES,
        close="Back",
    )


def enter_view() -> View:
    """Asks for the code."""
    code = kit.text_input("code", placeholder="ABCD-EFGH-JKLM-NPQR-STUV-WXYZ", most=200)
    return kit.modal(
        "Join a company",
        [
            kit.section(
                "With a link code of another company this workspace joins it. An admin there gets "
                "the code by `/tandem workspaces`."
            ),
            kit.field("code", "Link code", code),
        ],
        callback_id=ENTER,
        submit="Continue",
    )


def join_view(target: Target, behind: StayingBehind, code: str) -> View:
    """Says what happens and what stays behind, and asks."""
    name = shown(target.name, 80)
    here = shown(behind.workspace, 80)
    blocks = [
        kit.section(
            f"*{here}* joins *{name}*.\nFrom then on everybody here sees the records of {name} and "
            "works with its settings, each with a role that its admins give."
        ),
        *([] if behind.is_fresh else _behind(behind)),
    ]
    return kit.modal(
        "Join a company",
        blocks,
        callback_id=JOIN,
        submit="Join" if behind.is_fresh else "Move workspace",
        metadata=pack(Typed(code=code)),
    )


def joined_view(target: Target) -> View:
    return kit.modal(
        "Join a company",
        [
            kit.section(
                f":white_check_mark: This workspace belongs to *{shown(target.name, 80)}* now.\n"
                "Try `/opp list all`; `/tandem help` shows what you can do."
            )
        ],
        callback_id=JOIN,
        close="Close",
    )


def unlink_view(it: Unlinking, below: str) -> View:
    """Names the workspace and what follows."""
    lines = [
        f"*{shown(it.name, 80)}* will be unlinked:",
        f"• I stop posting there at once{_dropped(it.waiting)}.",
        f"• {count(it.people, 'person', 'people')} there can no longer use Tandem.",
        "• I forget its token. No record is deleted.",
        "To come back, install Tandem there again: everything is found as it was.",
    ]
    if it.channels:
        lines.append(
            f":warning: After this nobody sees {posted_in(it.channels)} in a channel, until one is "
            "chosen elsewhere in `/tandem settings channels`."
        )
    if it.is_last:
        lines.append(
            ":warning: *It is your company's last workspace.* After this nobody reaches your "
            "records until Tandem is installed there again."
        )
    return kit.modal(
        "Unlink workspace",
        [kit.section("\n".join(lines))],
        callback_id=UNLINK,
        submit="Unlink",
        metadata=pack(Below(id=it.id, view_id=below)),
    )


def already_here(target: Target) -> str:
    return (
        f"This workspace belongs to {escape(target.name)} already. Enter the code in the workspace "
        "that is to join it."
    )


def unlinked(name: str) -> str:
    return (
        f"{escape(name)} is unlinked. To have it back, install Tandem there again. To be rid of "
        "the app there, remove it in that workspace's own settings too."
    )


def joined_message(workspace: str) -> tuple[str, Blocks]:
    """To who issued the code."""
    text = f"{escape(workspace)} has joined your company with your link code."
    button = kit.button("See workspaces", OPEN, "open")
    return text, [kit.section(text), kit.actions(button)]


def _head(live: int) -> str:
    if live == 1:
        return (
            "*1 workspace* belongs to your company. Others can join with a link code, to see and "
            "work with the same records."
        )
    return f"*{live} workspaces* belong to your company. Everybody in them sees the same records."


def _row(it: WorkspaceSeen) -> kit.Block:
    here = " (you are here)" if it.is_here else ""
    facts = [_state(it), _people(it.people)]
    if it.channels:
        facts.append("channels for " + ", ".join(_FOR.get(each, each) for each in it.channels))
    words = f"*{shown(it.name, 80)}*{here}\n{' · '.join(facts)}"
    can_unlink = it.state in {State.CONNECTED, State.REFUSED}
    more = kit.overflow(f"{MORE}:{it.id}", [kit.option("Unlink…", pack(WorkspaceRef(id=it.id)))])
    return kit.section(words, accessory=more if can_unlink else None)


def _people(number: int) -> str:
    return count(number, "person", "people") if number else "nobody has used it there yet"


def _state(it: WorkspaceSeen) -> str:
    since = moment_token(it.since) if it.since else ""
    match it.state:
        case State.CONNECTED:
            return "Connected"
        case State.REFUSED:
            return f":warning: Slack refuses its token since {since}; install Tandem there again"
        case State.UNINSTALLED:
            return f"Not connected since {since}; install Tandem there again to have it back"
        case State.LEFT:
            return f"Moved to another company {since}"


def _explained() -> Blocks:
    return [
        kit.section(
            "A second Slack workspace joins your company with a *link code*. It works once, for "
            "one day, and gives no rights but to join."
        ),
        kit.actions(kit.button("Create a link code", NEW_CODE, "new", style="primary")),
    ]


def _fresh(code: str) -> Blocks:
    return [
        kit.section(_WHERE),
        kit.section(f"```/tandem link {code}```"),
        kit.section(_AFTER),
        kit.context(
            "This is the only time I show the code. It works once, until this time tomorrow."
        ),
    ]


def _open(codes: Sequence[CodeSeen]) -> Blocks:
    if not codes:
        return []
    rows = [
        kit.section(
            f"`…{each.code.hint}` · by {shown(each.issued_by or _WITHOUT_NAME, 80)} · until "
            f"{moment_token(each.code.expires_at)}",
            accessory=kit.button(
                "Revoke",
                f"{REVOKE}:{each.code.id}",
                pack(CodeRef(id=each.code.id)),
                label=f"Revoke the code that ends in {each.code.hint}",
            ),
        )
        for each in codes
    ]
    return [kit.divider(), kit.section("*Open codes*"), *rows]


def _behind(it: StayingBehind) -> Blocks:
    company = shown(it.company, 80)
    kept = [
        count(it.opportunities, "opportunity", "opportunities"),
        count(it.partners, "partner", "partners"),
        count(it.people, "person", "people"),
    ]
    stays = (
        f"{', '.join(kept)}, with their history and settings. Nothing is deleted, but nobody sees "
        "it from this workspace any more."
    )
    lines = [f"*What stays with {company}*", stays]
    if it.is_last:
        lines.append(
            f":warning: It is the last workspace of {company}: after this nobody reaches these "
            "records in Slack. Whoever runs Tandem for you can give out a link code to come back."
        )
    known = kit.option("I know what stays behind", "yes")
    confirm = kit.field("confirm", "Move this workspace", kit.checkboxes("confirm", [known]))
    return [kit.divider(), kit.section("\n".join(lines)), confirm]


def _dropped(waiting: int) -> str:
    if not waiting:
        return ""
    return f", and {count(waiting, 'message that waits is', 'messages that wait are')} dropped"
