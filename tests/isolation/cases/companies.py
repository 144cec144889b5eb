"""Functions about the company itself: its workspaces and their installations."""

import base64

from services import organizations
from services.organizations import workspaces
from services.sealing import Sealer
from services.values import WorkspaceId
from tests.isolation.cases.case import Case, nothing
from tests.isolation.seeds import Known

SEALER = Sealer([base64.b64encode(bytes(32)).decode()])


def renewable_of(its: Known) -> organizations.Renewable:
    return organizations.Renewable(WorkspaceId(its.workspace_id), "xoxe-1")


CASES: tuple[Case, ...] = (
    Case(organizations.is_active, nothing),
    Case(
        organizations.not_renewed,
        lambda its, _: (renewable_of(its), "invalid_refresh_token", SEALER),
        by="application",
    ),
    Case(
        organizations.renew,
        lambda its, _: (renewable_of(its), organizations.Tokens("xoxb-2"), SEALER),
        by="application",
    ),
    Case(
        organizations.renewable,
        lambda its, _: (its.workspace_id, SEALER),
        by="application",
    ),
    Case(organizations.reseal, lambda _its, _: (SEALER,), by="application"),
    Case(organizations.installation, lambda its, _: (its.workspace_id, SEALER), by="application"),
    Case(
        organizations.note_left_teams,
        lambda its, _: (its.workspace_id, ["T0ONE"]),
        by="application",
    ),
    Case(
        organizations.park,
        lambda its, _: (its.workspace_id, "token_revoked"),
        by="application",
    ),
    Case(organizations.uninstall, lambda its, _: (its.workspace_id,), by="application"),
    Case(organizations.unpark, lambda its, _: (its.workspace_id,), by="application"),
    Case(workspaces.found_workspace, lambda its, _: (its.workspace_id,)),
    Case(workspaces.locked_workspace, lambda its, _: (its.workspace_id,)),
)
