"""What each rule watches, in a sentence, and how its limit is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from pydantic import TypeAdapter

from handlers.blocks.settings.section import Facts
from handlers.blocks.text import count, money
from services.alerts import STALE, WATCHED
from services.configuration.catalogue import BASE_CURRENCY, RULES, STALE_DAYS, Rule, Rules

Unit = Literal["days", "percent", "amount", "points"]
_UNITS: tuple[Unit, ...] = ("days", "percent", "amount", "points")
_BELOW: Mapping[Unit, str] = {
    "days": "so many days",
    "percent": "so many percent",
    "amount": "so much",
    "points": "so many points",
}
_STAGES_OWN = "as long as its stage allows"


@dataclass(frozen=True, slots=True)
class Watch:
    """A rule as people read it. `sentence` has its limit at `{limit}`."""

    name: str
    title: str
    sentence: str
    asked: str = ""
    """The label of the limit's field."""
    owner: str = "The owner"

    @property
    def is_watched(self) -> bool:
        return self.name in WATCHED

    @property
    def adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(type(self.of(RULES.default)))

    @property
    def unit(self) -> Unit | None:
        """What its limit is counted in; it is the name of the rule's field too."""
        fields = type(self.of(RULES.default)).model_fields
        return next((each for each in _UNITS if each in fields), None)

    def of(self, rules: Rules) -> Rule:
        return cast("Rule", getattr(rules, self.name))

    def having(self, rules: Rules, rule: object) -> Rules:
        """The same rules, with this one in the place of that name."""
        return rules.model_copy(update={self.name: rule})

    def limit(self, rules: Rules) -> Any:
        return getattr(self.of(rules), self.unit) if self.unit else None

    def says(self, facts: Facts) -> str:
        """What it watches, with its limit."""
        if self.name == STALE:
            days = facts.value(STALE_DAYS)
            return self.sentence.format(limit=count(days, "day", "days") if days else _STAGES_OWN)
        return self.sentence.format(limit=self.limit_words(facts.value(RULES), facts))

    def limit_words(self, rules: Rules, facts: Facts) -> str:
        """`7 days`, `25%`; empty for a rule without a limit."""
        limit = self.limit(rules)
        match self.unit:
            case "days":
                return count(limit, "day", "days")
            case "percent":
                return f"{limit}%"
            case "points":
                return count(limit, "point", "points")
            case "amount":
                return money(limit, facts.value(BASE_CURRENCY), facts.locale)
            case None:
                return ""

    @property
    def about(self) -> str:
        """What it watches, above the field with its limit."""
        limit = _BELOW[self.unit] if self.unit else _STAGES_OWN
        kept = "" if self.is_watched else " I do not watch this yet; the setting is kept."
        return self.sentence.format(limit=limit) + "." + kept


WATCHES = (
    Watch(STALE, "Stale opportunity", "An open opportunity has not moved for {limit}"),
    Watch(
        "closing_soon",
        "Closing soon",
        "An open opportunity closes within {limit}",
        "Days before the close date",
    ),
    Watch("close_date_passed", "Close date passed", "An open opportunity is past its close date"),
    Watch("stage_backwards", "Stage went backwards", "An opportunity goes back to a former stage"),
    Watch(
        "value_changed",
        "Value changed",
        "The value of an open opportunity changes by {limit} or more",
        "Percent of the value",
    ),
    Watch(
        "big_opportunity",
        "Big opportunity",
        "An opportunity worth {limit} or more is created",
        "From which value",
    ),
    Watch("opportunity_won", "Opportunity won", "An opportunity is won"),
    Watch("opportunity_lost", "Opportunity lost", "An opportunity is lost"),
    Watch(
        "health_dropped",
        "Health dropped",
        "The health of a partner drops by {limit} or more",
        "Points of health",
    ),
    Watch(
        "health_low",
        "Health is low",
        "The health of a partner is below {limit}",
        "Points of health",
    ),
    Watch(
        "partner_not_contacted",
        "Partner not contacted",
        "Nobody has been in contact with a partner for {limit}",
        "Days without contact",
    ),
    Watch(
        "agreement_ending",
        "Agreement ending",
        "The agreement with a partner ends within {limit}",
        "Days before its end",
    ),
    Watch(
        "goal_at_risk",
        "Goal at risk",
        "A goal is {limit} or more behind its pace",
        "Percent behind pace",
        owner="Whose goal it is",
    ),
    Watch("goal_reached", "Goal reached", "A goal is reached", owner="Whose goal it is"),
    Watch("task_overdue", "Task overdue", "A task is overdue", owner="Whose task it is"),
    Watch(
        "weekly_status_missing",
        "Weekly status missing",
        "Somebody has not filed their weekly status by its deadline",
        owner="Who has not filed",
    ),
    Watch(
        "blocker_open",
        "Blocker open",
        "A blocker has been open for {limit}",
        "Days it has been open",
        owner="Who is blocked",
    ),
)
"""Every rule there is, as people think of them: opportunities, partners, goals, the week."""
