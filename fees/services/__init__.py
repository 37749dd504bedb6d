"""What writes: each noun in a file of its own."""

from fees.services.invoices import credit_invoice as credit_invoice
from fees.services.invoices import invoice_fees as invoice_fees
from fees.services.invoices import issue_draft as issue_draft
from fees.services.papers import ask_to_render as ask_to_render
from fees.services.papers import paper_with_derivation as paper_with_derivation
from fees.services.papers import render_invoices as render_invoices
from fees.services.papers import statement_paper as statement_paper
from fees.services.reminders import hold_reminders as hold_reminders
from fees.services.reminders import remind_invoices as remind_invoices
from fees.services.reminders import resume_reminders as resume_reminders
from fees.services.runs import MOST_A_CLICK as MOST_A_CLICK
from fees.services.runs import close_run as close_run
from fees.services.runs import due_period as due_period
from fees.services.runs import issue_run as issue_run
from fees.services.runs import month_before as month_before
from fees.services.runs import open_run as open_run
from fees.services.runs import quarter_before as quarter_before
from fees.services.runs import run_period as run_period
