from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webmail", "0090_outgoing_files")]

    operations = [
        migrations.AddField(
            "draft", "confirmed", models.CharField(blank=True, default="", max_length=100),
            preserve_default=False,
        ),
    ]  # fmt: skip
