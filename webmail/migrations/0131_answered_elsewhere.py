from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webmail", "0130_refused_at")]

    operations = [
        migrations.AddField("draft", "source_in", models.BigIntegerField(null=True)),
        migrations.AddField("outgoingmessage", "answers_in", models.BigIntegerField(null=True)),
    ]
