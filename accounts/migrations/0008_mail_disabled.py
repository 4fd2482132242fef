from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_language"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="mail_disabled_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
