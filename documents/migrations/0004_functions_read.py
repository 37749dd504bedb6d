from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_files")]
    operations = [InstallSQL("documents/rls_documents", 3)]
