from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [
        ("fees", "0019_papers"),
        ("notifications", "0003_mail_about"),
    ]
    operations = [
        InstallSQL("fees/rls_invoice_papers"),
        InstallSQL("fees/rls_invoice_reminders"),
        InstallSQL("fees/rls_reminder_holds"),
        InstallSQL("fees/file_invoice"),
        InstallSQL("fees/remind_invoices"),
    ]
