"""Every setting there is: its type, default, check and words. The rows hold only what was set.

Effective value: the organization's row, else the platform's row, else the default here. One module
for each category. Entries are in the order people read them.
"""

from collections.abc import Mapping

from services.configuration.catalogue import (
    alerts,
    commission,
    organization,
    pipeline,
    revenue,
    team,
    weekly_status,
)
from services.configuration.catalogue.alerts import (
    ALERTS_CHANNEL,
    DAILY_BUDGET,
    ESCALATE_AFTER,
    RULES,
    STALE_DAYS,
    STALE_MOVES_TO,
    AmountRule,
    DaysRule,
    PercentRule,
    PointsRule,
    Route,
    Rule,
    Rules,
)
from services.configuration.catalogue.commission import COMMISSION, RECURRING_MONTHS
from services.configuration.catalogue.organization import (
    HOLIDAYS,
    QUIET_HOURS,
    TIME_ZONE,
    WORKING_DAYS,
    WORKING_HOURS,
    Holidays,
    OwnHoliday,
    QuietHours,
    WorkingHours,
)
from services.configuration.catalogue.pipeline import DEALS_CHANNEL, LOSS_REASONS, PIPELINE
from services.configuration.catalogue.revenue import (
    BASE_CURRENCY,
    CURRENCIES,
    FISCAL_START,
    GOAL_TYPES,
)
from services.configuration.catalogue.setting import Category, FollowUp, Setting
from services.configuration.catalogue.team import (
    DIRECT_PARTNER,
    HEALTH,
    INTERACTION_TYPES,
    PARTNER_CARDS_OUTSIDE,
    PARTNER_DOMAINS,
    ROLES,
    Health,
    HealthWeights,
)
from services.configuration.catalogue.weekly_status import (
    DEADLINE,
    KPIS,
    REMINDER_DAY,
    REMINDER_TIME,
    SECOND_REMINDER,
    SPREAD_MINUTES,
    STATUS_CHANNEL,
    Deadline,
    Kpi,
)
from services.configuration.kinds import (
    Channel,
    Choice,
    Choices,
    Days,
    Key,
    Label,
    Value,
)
from services.configuration.stages import Pipeline, Stage

CATALOGUE: tuple[Setting[object], ...] = (
    *organization.SETTINGS,
    *team.SETTINGS,
    *revenue.SETTINGS,
    *commission.SETTINGS,
    *pipeline.SETTINGS,
    *alerts.SETTINGS,
    *weekly_status.SETTINGS,
)
SETTINGS: Mapping[str, Setting[object]] = {setting.name: setting for setting in CATALOGUE}

__all__ = [
    "ALERTS_CHANNEL",
    "BASE_CURRENCY",
    "CATALOGUE",
    "COMMISSION",
    "CURRENCIES",
    "DAILY_BUDGET",
    "DEADLINE",
    "DEALS_CHANNEL",
    "DIRECT_PARTNER",
    "ESCALATE_AFTER",
    "FISCAL_START",
    "GOAL_TYPES",
    "HEALTH",
    "HOLIDAYS",
    "INTERACTION_TYPES",
    "KPIS",
    "LOSS_REASONS",
    "PARTNER_CARDS_OUTSIDE",
    "PARTNER_DOMAINS",
    "PIPELINE",
    "QUIET_HOURS",
    "RECURRING_MONTHS",
    "REMINDER_DAY",
    "REMINDER_TIME",
    "ROLES",
    "RULES",
    "SECOND_REMINDER",
    "SETTINGS",
    "SPREAD_MINUTES",
    "STALE_DAYS",
    "STALE_MOVES_TO",
    "STATUS_CHANNEL",
    "TIME_ZONE",
    "WORKING_DAYS",
    "WORKING_HOURS",
    "AmountRule",
    "Category",
    "Channel",
    "Choice",
    "Choices",
    "Days",
    "DaysRule",
    "Deadline",
    "FollowUp",
    "Health",
    "HealthWeights",
    "Holidays",
    "Key",
    "Kpi",
    "Label",
    "OwnHoliday",
    "PercentRule",
    "Pipeline",
    "PointsRule",
    "QuietHours",
    "Route",
    "Rule",
    "Rules",
    "Setting",
    "Stage",
    "Value",
    "WorkingHours",
]
