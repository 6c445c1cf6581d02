"""Lists and records of a profile as text: they are read whole, and parsing a million of them took a minute."""

from django.db import migrations

from liuke_desk.customers.fields import JsonText


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_diverted"),
    ]

    operations = [
        migrations.AlterField("profile", "reasons", JsonText(default=list)),
        migrations.AlterField("profile", "tiers", JsonText(default=list)),
        migrations.AlterField("profile", "card", JsonText(default=dict)),
        migrations.AlterField("profile", "history", JsonText(default=list)),
    ]
