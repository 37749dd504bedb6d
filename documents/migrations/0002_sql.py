from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("approvals", "0002_sql")]
    operations = [
        InstallSQL("documents/rls_documents"),
        InstallSQL("documents/document_asked"),
    ]
