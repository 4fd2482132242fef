"""``manage.py import_agents FILE``: what HR's file of agents would change, and its import."""

from activation.imports.command import ImportCommand
from activation.models.imports import Import


class Command(ImportCommand):
    help = "Compares a CSV file of agents (docs/imports.md) with the site; --confirm imports it."
    kind = Import.Kind.AGENTS
