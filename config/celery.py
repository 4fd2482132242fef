"""Celery's application: jobs are hints, the database rows are the truth."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("pli")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
