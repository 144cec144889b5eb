"""The tables as Python sees them; the migrations are the schema, a test holds both equal."""

from services.tables.added import (
    AuditEntry,
    ExchangeRate,
    Gate,
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
    Alert,
    Configuration,
    Goal,
    Interaction,
    Opportunity,
    Organization,
    Partner,
    StageChange,
    Task,
    User,
    WeeklyStatus,
)
from services.tables.slack import AccountQuestion, SlackIdentity, Workspace

__all__ = [
    "AccountQuestion",
    "Alert",
    "AuditEntry",
    "Configuration",
    "ExchangeRate",
    "Gate",
    "Goal",
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
