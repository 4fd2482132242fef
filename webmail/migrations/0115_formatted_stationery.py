"""Signatures, templates and footers with formatting."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webmail", "0111_draft_moved")]

    operations = [
        migrations.AddField(name, "html", models.TextField(blank=True, default=""))
        for name in ("signature", "messagetemplate", "footer")
    ]
