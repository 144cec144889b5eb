"""Slack's Web API: one module per family of methods, each method a plain function of its call.

Methods raise SlackError for what Slack refuses. They know nothing of HTTP.
"""

from sandbox.web_api.call import ApiCall, Method
from sandbox.web_api.dispatch import Asked, Outcome, WebApi
from sandbox.web_api.file_routes import FileRoutes

__all__ = ["ApiCall", "Asked", "FileRoutes", "Method", "Outcome", "WebApi"]
