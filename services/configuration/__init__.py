"""Configuration: the catalogue of settings, and their values for an organization."""

from services.configuration import catalogue
from services.configuration.values import get, put, reset, write

__all__ = ["catalogue", "get", "put", "reset", "write"]
