"""The project package: wiring, no rules."""

from deputywork.celery import app as celery_app

__all__ = ("celery_app",)
