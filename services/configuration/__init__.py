"""Configuration: the catalogue of settings, and their values for an organization."""

from services.configuration import catalogue
from services.configuration.values import get, hold, put, reset, write

__all__ = ["catalogue", "get", "hold", "put", "reset", "write"]
