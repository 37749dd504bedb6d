"""Invoices, credit notes and statements of account as PDF files. An invoice holds itself as data too (Factur-X).

What they say is what was frozen, so the same invoice gives the same bytes on any day. Slow: outside any transaction.
"""

from fees.papers.answer import pdf_answer as pdf_answer
from fees.papers.invoice import file_name as file_name
from fees.papers.invoice import invoice_pdf as invoice_pdf
from fees.papers.invoice import title_of as title_of
from fees.papers.statement import statement_pdf as statement_pdf
