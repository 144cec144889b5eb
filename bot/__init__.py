"""Composition and the outside world: settings, wiring, Slack's edge, web routes, clock, command line.

May import every room; no room imports this one.
"""
