"""Bank files: read as statements and lines, whatever their format, and the file by which refunds are paid.

Nothing here knows a database or Django; what is read is given on line by line.
"""

from fees.statements.fingerprints import Fingerprints as Fingerprints
from fees.statements.fingerprints import fingerprint as fingerprint
from fees.statements.formats import format_of as format_of
from fees.statements.formats import read_statements as read_statements
from fees.statements.mapping import Mapping as Mapping
from fees.statements.references import references_in as references_in
from fees.statements.refunds import Address as Address
from fees.statements.refunds import Party as Party
from fees.statements.refunds import Refund as Refund
from fees.statements.refunds import RefundBatch as RefundBatch
from fees.statements.refunds import refund_file as refund_file
from fees.statements.refusal import StatementRefused as StatementRefused
from fees.statements.statement import Footing as Footing
from fees.statements.statement import Line as Line
from fees.statements.statement import Statement as Statement
from fees.statements.statement import check_footing as check_footing
from fees.statements.suggestion import Suggestion as Suggestion
from fees.statements.suggestion import first_rows as first_rows
from fees.statements.suggestion import suggest_mapping as suggest_mapping
