"""`/opp`: opportunities, from the first line typed to the last move."""

from handlers.blocks import opportunities as blocks
from handlers.blocks.opportunities import past as past_blocks
from handlers.opportunities.archiving import press_restore, submit_archive
from handlers.opportunities.assigning import submit_assign
from handlers.opportunities.attaching import press_detach, submit_attach
from handlers.opportunities.closing import press_reopen, press_undo
from handlers.opportunities.commands import COMMAND
from handlers.opportunities.creating import (
    press_new,
    submit_new,
    suggest_owners,
    suggest_partners,
)
from handlers.opportunities.editing import press_edit, submit_edit
from handlers.opportunities.listing import press_control, press_page, suggest_whose
from handlers.opportunities.moving import press_move, press_stage, submit_move
from handlers.opportunities.notices import NOTICES, SETTLED
from handlers.opportunities.partner_on_the_way import press_partner, submit_partner
from handlers.opportunities.past import press_as_of, press_bucket, press_rows
from handlers.opportunities.reading import press_more, press_open, press_share
from handlers.routing import Routes

__all__ = ["NOTICES", "SETTLED", "routes"]


def routes() -> Routes:
    return Routes(
        commands=(COMMAND,),
        presses={
            blocks.NEW: press_new,
            blocks.PARTNER: press_partner,
            blocks.NEXT: press_move,
            blocks.MOVE: press_move,
            blocks.MOVE_STAGE: press_stage,
            blocks.OPEN: press_open,
            blocks.SHARE: press_share,
            blocks.MORE: press_more,
            blocks.EDIT: press_edit,
            blocks.UNDO: press_undo,
            blocks.REOPEN: press_reopen,
            blocks.RESTORE: press_restore,
            blocks.DETACH: press_detach,
            blocks.PAGE: press_page,
            blocks.LIST: press_control,
            past_blocks.AS_OF: press_as_of,
            past_blocks.BUCKET: press_bucket,
            past_blocks.ROWS: press_rows,
        },
        submits={
            blocks.CREATE_FORM: submit_new,
            blocks.PARTNER_FORM: submit_partner,
            blocks.MOVE_FORM: submit_move,
            blocks.EDIT_FORM: submit_edit,
            blocks.ASSIGN_FORM: submit_assign,
            blocks.ATTACH_FORM: submit_attach,
            blocks.ARCHIVE_FORM: submit_archive,
        },
        suggests={
            blocks.PARTNER: suggest_partners,
            blocks.OWNER: suggest_owners,
            blocks.LIST: suggest_whose,
        },
    )
