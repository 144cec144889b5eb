"""`/opp`: opportunities, from the first line typed to the last move."""

from handlers.blocks import opportunities as blocks
from handlers.opportunities.commands import COMMAND
from handlers.opportunities.creating import (
    press_new,
    press_partner,
    submit_new,
    submit_partner,
    suggest_owners,
    suggest_partners,
)
from handlers.opportunities.moving import press_move, press_stage, submit_move
from handlers.opportunities.notices import NOTICES, SETTLED
from handlers.opportunities.reading import press_more, press_open, press_page, press_share
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
            blocks.PAGE: press_page,
        },
        submits={
            blocks.CREATE_FORM: submit_new,
            blocks.PARTNER_FORM: submit_partner,
            blocks.MOVE_FORM: submit_move,
        },
        suggests={blocks.PARTNER: suggest_partners, blocks.OWNER: suggest_owners},
    )
