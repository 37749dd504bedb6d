"""Nouns of the audit log. Rows are written by the database alone: see ``migrations_sql/audit/``."""

import json

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lib.exact import ExactDecoder

NO_HASH = "0" * 64


class AuditEntry(models.Model):
    """One change, refusal or event: who, what, before and after, when and from where. Never altered.

    ``actor_user_id`` is a bare uuid: audit is the lowest app and must not import investors.
    """

    id = models.BigIntegerField(primary_key=True)
    actor_user_id = models.UUIDField(_("who"), null=True)
    action = models.TextField(_("action"), null=True)
    entity = models.TextField(_("table"), null=True)
    entity_id = models.UUIDField(_("record"), null=True)
    ts = models.DateTimeField(_("when"))
    hash = models.TextField()
    prev_hash = models.TextField()
    actor_role = models.TextField(_("role"), null=True)
    acting_for = models.UUIDField(_("on behalf of"), null=True)
    deal_id = models.UUIDField(_("deal"), null=True)
    before = models.JSONField(_("before"), null=True, decoder=ExactDecoder)
    after = models.JSONField(_("after"), null=True, decoder=ExactDecoder)
    ip = models.TextField(_("IP address"), null=True)
    user_agent = models.TextField(_("device"), null=True)
    request_id = models.TextField(_("request"), null=True)
    db_user = models.TextField(_("database login"), null=True)
    lane = models.IntegerField()
    seq = models.BigIntegerField()
    format = models.SmallIntegerField()
    txid = models.BigIntegerField(_("transaction"), null=True)

    class Meta:
        managed = False
        db_table = "audit_log"
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")

    @property
    def changes(self) -> list[tuple[str, object, object]]:
        """Each told column with its value before and after, in the order the database keeps them."""
        before, after = self.before or {}, self.after or {}
        return [(name, before.get(name), after.get(name)) for name in {**before, **after}]

    @property
    def gist(self) -> list[tuple[str, object, object]]:
        """The changes that say something in one line: a new row's keys and times come last."""
        keys = ("id", "created_at")
        return sorted(self.changes, key=lambda change: change[0] in keys or change[0].endswith("_id"))

    @property
    def replaces(self) -> bool:
        """Whether there was something before and there is something after."""
        return bool(self.before and self.after)

    @property
    def role(self) -> str:
        """The role of who acted, in the words of people's roles; a role of another time as it was kept."""
        words = dict(get_user_model()._meta.get_field("role").flatchoices)
        return str(words.get(self.actor_role, self.actor_role or ""))

    @property
    def in_the_database(self) -> bool:
        """Whether somebody worked on the database directly, without an identity of ours."""
        return not self.actor_user_id and self.db_user not in (None, "verso_app")


class AuditLane(models.Model):
    """The head of one lane of the chain: its last ``seq``, that row's hash, and the transaction that wrote it."""

    lane = models.IntegerField(primary_key=True)
    seq = models.BigIntegerField(db_default=0)
    prev_hash = models.TextField(db_default=NO_HASH)
    hash = models.TextField(db_default=NO_HASH)
    xid = models.TextField(null=True)
    ts = models.DateTimeField(null=True)
    txid = models.BigIntegerField(null=True)

    class Meta:
        db_table = "audit_lanes"


class AuditAnchor(models.Model):
    """A signed copy of all lane heads, numbered without gaps; ``payload`` is the text that was signed."""

    number = models.BigIntegerField(primary_key=True)
    made_at = models.DateTimeField(db_default=Now())
    hash = models.TextField(unique=True)
    payload = models.TextField()
    signature = models.TextField()

    class Meta:
        db_table = "audit_anchors"

    @property
    def body(self) -> dict:
        """What the anchor says: ``docs/audit-format.md``."""
        return json.loads(self.payload)
