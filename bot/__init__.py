"""Composition and the outside world: settings, wiring, Slack's edge, web, clock, command line.

May import every room; no room imports this one.
"""
