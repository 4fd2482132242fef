import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_numen_and_roles"),
    ]

    operations = [
        migrations.CreateModel(
            name="Throttle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                ("in_a_row", models.PositiveIntegerField(default=0)),
                ("in_window", models.PositiveIntegerField(default=0)),
                ("window_started_at", models.DateTimeField()),
                ("last_failure_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="KnownDevice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identity_key", models.CharField(max_length=64)),
                ("device_key", models.CharField(max_length=64)),
                ("last_success_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("identity_key", "device_key"), name="known_device_once_an_identity"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SecurityAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.CharField(max_length=30, verbose_name="question")),
                ("answer_hash", models.CharField(editable=False, max_length=128)),
                ("rule_version", models.PositiveSmallIntegerField(editable=False)),
                ("asked", models.BooleanField(default=False, editable=False)),
                (
                    "registered_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="enregistrée le"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="security_answers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "réponse de sécurité",
                "verbose_name_plural": "réponses de sécurité",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "question"), name="question_once_a_user"
                    )
                ],
            },
        ),
    ]
