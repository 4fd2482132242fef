"""``manage.py import_schools FILE``: what HR's file of schools would change, and its import."""

from activation.imports.command import ImportCommand
from activation.models.imports import Import


class Command(ImportCommand):
    help = "Compares a CSV file of schools (docs/imports.md) with the site; --confirm imports it."
    kind = Import.Kind.SCHOOLS
