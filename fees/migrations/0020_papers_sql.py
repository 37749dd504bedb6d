from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [
        ("fees", "0019_papers"),
        ("documents", "0004_functions_read"),
        ("house", "0005_house_days"),
        ("notifications", "0003_mail_about"),
    ]
    operations = [
        InstallSQL("fees/next_number", 3),
        InstallSQL("fees/rls_invoice_papers"),
        InstallSQL("fees/rls_invoice_reminders"),
        InstallSQL("fees/rls_reminder_holds"),
        InstallSQL("fees/file_invoice"),
        InstallSQL("fees/remind_invoices"),
    ]
