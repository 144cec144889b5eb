"""What people and rules do with opportunities. Each action: permission, rules, rows, history."""

from services.opportunities.actions.archiving import archive, restore
from services.opportunities.actions.attaching import attach, detach
from services.opportunities.actions.creating import create_opportunity
from services.opportunities.actions.editing import Edited, edit_opportunity, reassign
from services.opportunities.actions.moving import Moved, move_opportunity, reopen
from services.opportunities.actions.people import ASSIGNED
from services.opportunities.actions.undoing import undo_move

__all__ = [
    "ASSIGNED",
    "Edited",
    "Moved",
    "archive",
    "attach",
    "create_opportunity",
    "detach",
    "edit_opportunity",
    "move_opportunity",
    "reassign",
    "reopen",
    "restore",
    "undo_move",
]
