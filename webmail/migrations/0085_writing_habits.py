# How a person likes to write, and from which address.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0016_mail_pauses"),
        ("mailboxes", "0013_mail_pauses"),
        ("webmail", "0080_drafts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WritingHabits",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="writing_habits",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "is_rich",
                    models.BooleanField(default=True, verbose_name="écrire avec mise en forme"),
                ),
                (
                    "font",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Celle du lecteur"),
                            ("arial", "Arial"),
                            ("verdana", "Verdana"),
                            ("georgia", "Georgia"),
                            ("times", "Times New Roman"),
                            ("courier", "Courier New"),
                        ],
                        max_length=10,
                        verbose_name="police",
                    ),
                ),
                (
                    "font_size",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Celle du lecteur"),
                            ("small", "Petite"),
                            ("medium", "Moyenne"),
                            ("large", "Grande"),
                        ],
                        max_length=6,
                        verbose_name="taille",
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("above", "Au-dessus du message cité"),
                            ("below", "Au-dessous du message cité"),
                        ],
                        default="above",
                        max_length=5,
                        verbose_name="où l’on répond",
                    ),
                ),
                (
                    "quote_language",
                    models.CharField(
                        blank=True,
                        choices=[("", "Celle des pages"), ("fr", "Français"), ("en", "Anglais")],
                        max_length=2,
                        verbose_name="langue de la ligne de citation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DefaultSender",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "address",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="mailboxes.address",
                    ),
                ),
                (
                    "mailbox",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="mailboxes.mailbox",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "mailbox"), name="default_sender_once"
                    )
                ],
            },
        ),
    ]
