"""The section of the alert rules: a row for each, those that are watched first."""

from handlers.blocks import kit
from handlers.blocks.settings.alerts.forms import PARTS
from handlers.blocks.settings.alerts.names import WATCHES
from handlers.blocks.settings.section import Facts, Group, Section
from handlers.blocks.settings.views import row
from handlers.blocks.text import count
from services.configuration.catalogue import RULES

_WATCHED = tuple(watch for watch in WATCHES if watch.is_watched)
_KEPT = len(WATCHES) - len(_WATCHED)


def _body(facts: Facts, _: str) -> list[kit.Block]:
    rows = [row(part, facts) for part in PARTS]
    kept = kit.context("I do not watch these yet; their settings are kept.")
    headed = [kit.divider(), kit.header("Not watched yet"), kept, *rows[len(_WATCHED) :]]
    return [*rows[: len(_WATCHED)], *(headed if _KEPT else [])]


def _summary(facts: Facts) -> str:
    rules = facts.value(RULES)
    states = [f"{watch.title}: {'on' if watch.of(rules).is_on else 'off'}" for watch in _WATCHED]
    kept = [f"{count(_KEPT, 'rule', 'rules')} not watched yet"] if _KEPT else []
    return " · ".join([*states, *kept])


SECTION = Section(
    key="alerts",
    title="Alert rules",
    group=Group.RHYTHM,
    about="What I watch, from when it counts, and whom I tell.",
    summary=_summary,
    parts=PARTS,
    body=_body,
    other_names=("rules", "alert"),
)
