"""What writes: each noun in a file of its own."""

from fees.services.invoices import credit_invoice as credit_invoice
from fees.services.invoices import invoice_fees as invoice_fees
from fees.services.invoices import issue_draft as issue_draft
from fees.services.runs import MOST_A_CLICK as MOST_A_CLICK
from fees.services.runs import close_run as close_run
from fees.services.runs import issue_run as issue_run
from fees.services.runs import month_before as month_before
from fees.services.runs import open_run as open_run
