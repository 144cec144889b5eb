"""Slack in words: what people type, press and read. One module per feature.

A handler reads the payload, opens one transaction, and returns what to answer. It makes no Slack
call itself and opens no SQL.
"""
