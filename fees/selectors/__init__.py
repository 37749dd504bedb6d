"""What reads: each noun in a file of its own."""

from fees.selectors.invoices import ageing as ageing
from fees.selectors.invoices import invoice as invoice
from fees.selectors.invoices import invoices as invoices
from fees.selectors.invoices import invoices_of as invoices_of
from fees.selectors.invoices import missing as missing
from fees.selectors.invoices import sheet_of as sheet_of
from fees.selectors.invoices import statements_of as statements_of
from fees.selectors.invoices import to_file as to_file
from fees.selectors.invoices import to_pay as to_pay
from fees.selectors.runs import counts_of as counts_of
from fees.selectors.runs import items_of as items_of
from fees.selectors.runs import items_to_issue as items_to_issue
from fees.selectors.runs import preview as preview
from fees.selectors.runs import run as run
from fees.selectors.runs import runs as runs
from fees.selectors.write_offs import asked_write_off as asked_write_off
from fees.selectors.write_offs import write_off as write_off
from fees.selectors.write_offs import write_offs as write_offs
from fees.selectors.write_offs import write_offs_of as write_offs_of
