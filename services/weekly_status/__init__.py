"""The weekly status: filed once per person and week, told to the team, reminded of on its day."""

from services.weekly_status.filing import file_status, record_refusal
from services.weekly_status.queries import form_for, status, status_of, week_to_file
from services.weekly_status.reminders import FridayReminder
from services.weekly_status.values import (
    REFUSED,
    REMINDER,
    STATUS,
    Filed,
    FileStatus,
    ReminderNotice,
    Status,
    StatusForm,
    StatusNotice,
    Week,
)

__all__ = [
    "REFUSED",
    "REMINDER",
    "STATUS",
    "FileStatus",
    "Filed",
    "FridayReminder",
    "ReminderNotice",
    "Status",
    "StatusForm",
    "StatusNotice",
    "Week",
    "file_status",
    "form_for",
    "record_refusal",
    "status",
    "status_of",
    "week_to_file",
]
