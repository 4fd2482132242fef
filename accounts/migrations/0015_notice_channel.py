from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_trusted_browsers"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="channel",
            field=models.CharField(
                choices=[("mail", "Mail"), ("sms", "Sms")], default="mail", max_length=4
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="recipient",
            field=models.CharField(max_length=254),
        ),
    ]
