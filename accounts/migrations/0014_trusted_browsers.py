import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_terms"),
    ]

    operations = [
        migrations.CreateModel(
            name="TrustedBrowser",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.CharField(editable=False, max_length=64)),
                ("given_under", models.CharField(editable=False, max_length=64)),
                ("user_agent", models.CharField(max_length=300)),
                ("address", models.GenericIPAddressField(null=True)),
                ("trusted_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="trusted_browsers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-trusted_at",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "token_hash"), name="browser_trusted_once"
                    )
                ],
            },
        ),
    ]
