from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial"), ("investors", "0002_sql")]
    operations = []
