"""audit_claim_anchoring: one process at a time writes an anchor, and only the jobs may be it."""

import psycopg
import pytest

from audit.identity import SYSTEM_PROFILE_ID
from tests.factories import value


def test_anchoring_is_claimed_by_the_jobs_alone(app_connection, owner, cast):
    for who in (cast.ada, cast.alice, None):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app_connection(who).execute("select app.audit_claim_anchoring()")
    job = app_connection(SYSTEM_PROFILE_ID)
    with job.transaction():
        assert value(job, "select app.audit_claim_anchoring()") is True
        assert value(owner, "select app.audit_claim_anchoring()") is False
    assert value(owner, "select app.audit_claim_anchoring()") is True
