"""Every method of the Web API that acts in a team, by its name."""

from sandbox.web_api import (
    about,
    auth,
    chat,
    conversations,
    files,
    history,
    membership,
    reactions,
    rooms,
    scheduled,
    streams,
    users,
    views,
)
from sandbox.web_api.call import Method

METHODS: dict[str, Method] = {
    **about.METHODS,
    **auth.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **history.METHODS,
    **membership.METHODS,
    **reactions.METHODS,
    **rooms.METHODS,
    **scheduled.METHODS,
    **streams.METHODS,
    **users.METHODS,
    **views.METHODS,
}
