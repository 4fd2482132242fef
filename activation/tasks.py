"""Activation's delayed work."""

from celery import shared_task

from activation.journey import opening, progress
