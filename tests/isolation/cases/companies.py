"""Functions about the company itself: its workspaces and their installations."""

import base64

from services import organizations
from services.organizations import workspaces
from services.sealing import Sealer
from tests.isolation.cases.case import Case

SEALER = Sealer([base64.b64encode(bytes(32)).decode()])

CASES: tuple[Case, ...] = (
    Case(organizations.installation, lambda its, _: (its.workspace_id, SEALER)),
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
