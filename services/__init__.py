"""The business, tenant-scoped: rules, permissions, rows. One module per feature.

Every public function takes the open transaction `tx` first and never commits. Knows no Slack,
no web server and no scheduler.
"""
