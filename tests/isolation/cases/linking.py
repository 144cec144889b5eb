"""Functions about linking workspaces, what is seen of them, and the way into the app."""

import base64
from uuid import UUID

from services import home, welcome
from services.organizations import linking, onboarding, overview
from services.organizations.linking import Target
from services.outbox import Place
from services.sealing import Sealer
from tests.isolation.cases.case import Case, nothing
from tests.isolation.seeds import Known

SEALER = Sealer([base64.b64encode(bytes(32)).decode()])


def theirs(its: Known) -> Target:
    return Target(its.organization_id, "Umbrella", is_here=False)


CASES: tuple[Case, ...] = (
    Case(home.day, nothing),
    Case(linking.company_name, nothing),
    Case(linking.issue_link_code, nothing),
    Case(
        linking.move_workspace,
        lambda its, _: ("ABCD", theirs(its), SEALER),
    ),
    Case(linking.open_codes, nothing),
    Case(linking.revoke_link_code, lambda its, _: (UUID(int=its.organization_id.int),)),
    Case(linking.staying_behind, nothing),
    Case(linking.unlink_workspace, lambda its, _: (its.workspace_id,)),
    Case(overview.codes_seen, nothing),
    Case(overview.company_workspaces, nothing),
    Case(overview.unconnected, nothing),
    Case(overview.unlinking, lambda its, _: (its.workspace_id,)),
    Case(overview.workspace_names, nothing),
    Case(onboarding.note_pipeline_seen, nothing),
    Case(onboarding.progress, nothing),
    Case(welcome.greet, lambda its, _: (Place(its.workspace_id, its.slack_user_id),)),
    Case(welcome.refresh, nothing),
)
