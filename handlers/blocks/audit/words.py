"""What each action is called in plain words. A new action needs a line here; a test says which."""

from collections.abc import Mapping

from services.audit import Kind

ACTIONS: Mapping[str, str] = {
    "account.approved": "let another Slack account act as the admin it has the e-mail of",
    "account.asked": "asked an admin whether another Slack account is theirs",
    "account.expired": "got no answer whether another Slack account is an admin's",
    "account.refused": "refused another Slack account with the e-mail of an admin",
    "alert.acknowledged": "acknowledged the alert {about}",
    "alerts.acknowledged": "acknowledged several alerts",
    "audit.exported": "exported the audit",
    "commission.adjusted": "adjusted the commission of {about}",
    "commission.agreed": "agreed on commission terms with {about}",
    "commission.all_exported": "exported the commission statements of all partners",
    "commission.exported": "exported a commission statement of {about}",
    "commission.overridden": "changed the commission terms of {about}",
    "commission.paid": "entered a commission payment of {about}",
    "commission.withdrawn": "took back coming commission terms of {about}",
    "configuration.exported": "exported the settings",
    "configuration.imported": "imported settings from a file",
    "goal.set": "set a goal",
    "interaction.deleted": "deleted an interaction with {about}",
    "interaction.edited": "changed an interaction with {about}",
    "interaction.logged": "logged an interaction with {about}",
    "link_code.issued": "issued a link code for another workspace",
    "link_code.revoked": "took back a link code",
    "onboarding.pipeline_seen": "found stages and currencies right as they are",
    "opportunity.archived": "archived {about}",
    "opportunity.attached": "attached a link or a file to {about}",
    "opportunity.created": "created {about}",
    "opportunity.detached": "took a link or a file from {about}",
    "opportunity.edited": "edited {about}",
    "opportunity.move_undone": "took the last move of {about} back",
    "opportunity.moved": "moved {about}",
    "opportunity.reassigned": "gave {about} to somebody else",
    "opportunity.restored": "fetched {about} back from the archive",
    "opportunity.shared": "posted the card of {about}",
    "organization.activated": "let {about} use the app again",
    "organization.changed": "changed the plan of {about}",
    "organization.created": "made {about}",
    "organization.deactivated": "stopped the app for {about}",
    "organization.exported": "exported all data of {about}",
    "partner.contact_added": "added a contact at {about}",
    "partner.contact_changed": "changed a contact at {about}",
    "partner.contact_made_primary": "made another contact at {about} the primary one",
    "partner.contact_removed": "removed a contact at {about}",
    "partner.created": "added the partner {about}",
    "partner.edited": "edited the partner {about}",
    "partner.merged": "merged {about} into another partner",
    "partner.shared": "posted the card of {about}",
    "partner.taken_over": "merged another partner into {about}",
    "person.account_closed": "closed a Slack account of {about}",
    "person.account_opened": "opened a Slack account of {about} again",
    "person.deactivated": "deactivated {about}",
    "person.joined": "took in {about}",
    "person.manager_changed": "changed the manager of {about}",
    "person.permissions_changed": "changed what {about} may do beside their role",
    "person.placed": "gave {about} a role",
    "person.profile_changed": "took over the Slack profile of {about}",
    "person.reactivated": "made {about} active again",
    "person.role_changed": "changed the role of {about}",
    "rate.removed": "removed the exchange rate of {about}",
    "rate.set": "set the exchange rate of {about}",
    "records.moved": "moved records to another choice of {about}",
    "setting.changed": "changed the setting {about}",
    "setting.reset": "reset the setting {about} to its default",
    "task.completed": "completed the task {about}",
    "task.created": "created the task {about}",
    "task.reassigned": "gave the task {about} to somebody else",
    "weekly_status.edited": "edited a weekly status",
    "weekly_status.filed": "filed a weekly status",
    "workspace.installed": "installed the app in {about}",
    "workspace.joined": "linked {about} to the company",
    "workspace.left": "moved {about} to another company",
    "workspace.left_teams": "took the app from some workspaces of {about}",
    "workspace.parked": "stopped posting in {about}: Slack refuses the token",
    "workspace.repaired": "installed the app in {about} again",
    "workspace.token_not_rotated": "could not renew the token of {about}",
    "workspace.token_rotated": "renewed the token of {about}",
    "workspace.tokens_resealed": "sealed the tokens of {about} with the newest key",
    "workspace.uninstalled": "removed the app from {about}",
    "workspace.unlinked": "unlinked {about} from the company",
    "workspace.unparked": "posts in {about} again",
}
"""After the name of who did it."""

UNNAMED: Mapping[str, str] = {
    "alert": "one that is gone",
    "configuration": "the configuration",
    "interaction": "a partner",
    "opportunity": "an opportunity",
    "organization": "the company",
    "partner": "a partner",
    "task": "one that is gone",
    "user": "a person",
    "workspace": "a workspace",
}
"""What stands for a record that has no name, by its type."""

KINDS: Mapping[Kind, str] = {
    Kind.OPPORTUNITIES: "Opportunities",
    Kind.PARTNERS: "Partners and interactions",
    Kind.WORK: "Weekly status, tasks, goals",
    Kind.ALERTS: "Alerts",
    Kind.SETTINGS: "Settings and roles",
    Kind.PEOPLE: "People",
    Kind.WORKSPACES: "Workspaces and the company",
}

FACTS: Mapping[str, str] = {
    "because": "Reason",
    "fields": "What",
    "max_users": "Seats",
    "subscription_tier": "Plan",
    "base_currency": "In",
    "conversation": "Where",
    "count": "How many",
    "team": "Slack team",
    "slack_user_id": "Slack account",
    "user_id": "For",
    "week_ending": "Week until",
}
"""What a detail is called where its own name does not say it."""

REASONS: Mapping[str, str] = {
    "admin": "an administrator decided so",
    "owner": "they own the Slack workspace, and the company had no admin",
    "slack": "Slack closed their last account",
}
"""What stands for a reason that is one word of ours; Slack's own words stay as they are."""

HIDDEN = frozenset(
    {
        "from",
        "to",
        "changes",
        "number",
        "setting",
        "name",
        "title",
        "partner_id",
        "moved",
        "currency",
    }
)
"""Details that the sentence or the change tells already."""
