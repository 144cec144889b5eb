"""Examines settings, database, Slack and workspaces for `bot doctor`: is everything there and as it
must be? Looks at everything, whatever fails on the way; changes nothing and posts nothing.
"""
