"""All mutants, by what they break."""

from tests.mutants import (
    of_access,
    of_audit,
    of_bank,
    of_decisions,
    of_documents,
    of_firm,
    of_invoices,
    of_jobs,
    of_ledger,
    of_money,
    of_pages,
    of_processes,
    of_settling,
    of_text,
    of_undo,
    of_units,
)

MUTANTS = [
    *of_units.MUTANTS,
    *of_undo.MUTANTS,
    *of_decisions.MUTANTS,
    *of_firm.MUTANTS,
    *of_invoices.MUTANTS,
    *of_money.MUTANTS,
    *of_access.MUTANTS,
    *of_documents.MUTANTS,
    *of_audit.MUTANTS,
    *of_bank.MUTANTS,
    *of_jobs.MUTANTS,
    *of_ledger.MUTANTS,
    *of_pages.MUTANTS,
    *of_processes.MUTANTS,
    *of_settling.MUTANTS,
    *of_text.MUTANTS,
]
