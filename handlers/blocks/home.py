"""The Home on the screen: what needs the person now, and what they can do."""

from collections.abc import Sequence
from typing import cast

from handlers import forms
from handlers.blocks import kit, onboarding
from handlers.blocks.alerts import ACKNOWLEDGE, AlertRef, marked
from handlers.blocks.opportunities import NEW, NEXT, UNDO, MoveRef, NewRef, Reader
from handlers.blocks.opportunities.cards import bold_line
from handlers.blocks.opportunities.list_words import total
from handlers.blocks.text import count, day, escape, shown
from handlers.blocks.weekly_status import FILE, WeekButton
from handlers.routing import Blocks, View
from services.alerts import Alert
from services.home import Day
from services.opportunities import Filter, Opportunity, Page
from services.weekly_status import StatusForm

BEGIN = "home_begin"
MOST_BLOCKS = 100
_WAYS = (
    ("/opp new", "Acme renewal 48k closing 30 sep", "adds an opportunity from your words"),
    ("/opp list", "", "your open opportunities"),
    ("/partner log", "Globex", "notes what you did with a partner"),
    ("/weekly", "", "files your week"),
    ("/tandem help", "", "everything else"),
)


def home(it: Day, reader: Reader, told: kit.Block | None = None) -> View:
    """The whole screen; `told` is what came of the last press."""
    blocks = [
        *([told, kit.divider()] if told else []),
        *_setup(it),
        *_alerts(it, reader),
        *_week(it.week, reader),
        *_mine(it, reader),
        *_ways(),
        *_administration(reader),
    ]
    return _view(blocks)


def told_of(text: str, said: Blocks | None) -> kit.Block:
    """What came of a press, with the way back beside it where there is one."""
    first = said[0] if said else {}
    control = first.get("accessory")
    if isinstance(control, dict) and cast("kit.Element", control).get("action_id") == UNDO:
        return first
    return kit.section(text)


def greeting() -> View:
    """For somebody who has not used the app yet: they take a seat only when they begin."""
    words = (
        "*Tandem is where your company sells with its partners.*\n"
        "Opportunities, what you do with partners and the weekly status, all in Slack."
    )
    begin = kit.button("Begin", BEGIN, "1", style="primary")
    return _view([kit.section(words), kit.actions(begin), *_ways()])


def refused(words: str) -> View:
    """For somebody who may not use the app."""
    return _view([kit.section(escape(words))])


def _setup(it: Day) -> Blocks:
    if it.setup is not None:
        missing = onboarding.missing(it.setup)
    else:
        missing = [] if it.has_admin else onboarding.no_admin()
    return [*missing, kit.divider()] if missing else []


def _alerts(it: Day, reader: Reader) -> Blocks:
    if not it.alerts:
        return []
    hidden = it.alert_count - len(it.alerts)
    more = [kit.context(f"and {count(hidden, 'more alert', 'more alerts')}")] if hidden else []
    return [kit.header("Alerts"), *(_alert(each, reader) for each in it.alerts), *more]


def _alert(it: Alert, reader: Reader) -> kit.Block:
    words = f"{marked(it)}\n{escape(it.message)}"
    may = reader.actor is not None and reader.actor.may("alerts.acknowledge")
    if it.status != "pending" or not may:
        return kit.section(words)
    value = forms.pack(AlertRef(id=it.id))
    label = f"Acknowledge the alert about #{it.opportunity_number}"
    button = kit.button("Acknowledge", f"{ACKNOWLEDGE}:{it.id}", value, label=label)
    return kit.section(words, accessory=button)


def _week(week: StatusForm | None, reader: Reader) -> Blocks:
    if week is None:
        return []
    ending = day(week.week_ending, reader.locale, reader.today)
    value = forms.pack(WeekButton(week=week.week_ending))
    if week.filed:
        words, label = f"Your status for the week ending {ending} is filed.", "Edit status"
    else:
        words, label = f"Your status for the week ending {ending} is not filed yet.", "File status"
    blocks = [
        kit.header("Weekly status"),
        kit.section(words, accessory=kit.button(label, FILE, value)),
    ]
    if week.week_before is not None:
        before = forms.pack(WeekButton(week=week.week_before))
        text = f"The one for the week ending {day(week.week_before, reader.locale, reader.today)}"
        button = kit.button("File it late", f"{FILE}:before", before)
        blocks.append(kit.section(f"{text} is missing.", accessory=button))
    return blocks


def _mine(it: Day, reader: Reader) -> Blocks:
    if it.page is None:
        return []
    if not it.mine:
        return [
            kit.header("My open opportunities"),
            kit.section("You have no open opportunities."),
            *_begin(reader),
        ]
    hidden = it.page.total_count - len(it.mine)
    more = f"The {len(it.mine)} that close first; `/opp list` shows all." if hidden > 0 else None
    return [
        kit.header("My open opportunities"),
        kit.context(_totals(it.page, reader)),
        *(_row(each, reader) for each in it.mine),
        *([kit.context(more)] if more else []),
        *_begin(reader),
    ]


def _totals(page: Page, reader: Reader) -> str:
    owner_id = reader.actor.user_id if reader.actor else None
    return total(page, Filter(owner_id=owner_id), reader)


def _row(it: Opportunity, reader: Reader) -> kit.Block:
    words = f"{bold_line(it, reader)}\n{shown(it.partner_name)}"
    stage = it.next_stage
    if stage is None or not reader.may_move(it):
        return kit.section(words)
    value = forms.pack(MoveRef.of(it, stage.key))
    label = f"Move #{it.number} to {stage.label}"
    button = kit.button(f"Move to {stage.label}", f"{NEXT}:{it.number}", value, label=label)
    return kit.section(words, accessory=button)


def _begin(reader: Reader) -> Blocks:
    if not reader.may_create():
        return []
    return [kit.actions(kit.button("New opportunity", f"{NEW}:home", forms.pack(NewRef())))]


def _ways() -> Blocks:
    lines = [
        f"• `{' '.join(each for each in (command, words) if each)}` {what}"
        for command, words, what in _WAYS
    ]
    return [kit.header("What you can do"), kit.section("\n".join(lines))]


def _administration(reader: Reader) -> Blocks:
    if reader.actor is None:
        return []
    return onboarding.ways_in(reader.actor)


def _view(blocks: Sequence[kit.Block]) -> View:
    return {"type": "home", "blocks": list(blocks[:MOST_BLOCKS])}
