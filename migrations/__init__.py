"""The schema in time. One change each, expand before contract, policies in the same step as their
table.
"""
