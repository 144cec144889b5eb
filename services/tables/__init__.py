"""The tables as Python sees them; the migrations are the schema, a test holds both equal."""

from services.tables.added import (
    AuditEntry,
    CommissionEntry,
    ExchangeRate,
    Gate,
    HealthSnapshot,
    Lane,
    MessageCopy,
    OpportunityChange,
    Outbox,
    ProcessedRequest,
    Schedule,
    ScheduleRun,
)
from services.tables.base import JsonArray, JsonObject, Table
from services.tables.given import (
    Configuration,
    Interaction,
    Opportunity,
    Organization,
    Partner,
    StageChange,
    User,
)
from services.tables.given_work import Alert, Goal, Task, WeeklyStatus
from services.tables.slack import AccountQuestion, SlackIdentity, Workspace

__all__ = [
    "AccountQuestion",
    "Alert",
    "AuditEntry",
    "CommissionEntry",
    "Configuration",
    "ExchangeRate",
    "Gate",
    "Goal",
    "HealthSnapshot",
    "Interaction",
    "JsonArray",
    "JsonObject",
    "Lane",
    "MessageCopy",
    "Opportunity",
    "OpportunityChange",
    "Organization",
    "Outbox",
    "Partner",
    "ProcessedRequest",
    "Schedule",
    "ScheduleRun",
    "SlackIdentity",
    "StageChange",
    "Table",
    "Task",
    "User",
    "WeeklyStatus",
    "Workspace",
]
