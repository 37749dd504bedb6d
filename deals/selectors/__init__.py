"""Public names of this app, gathered from its files."""

from deals.selectors.above import facts_above as facts_above
from deals.selectors.above import needs_above as needs_above
from deals.selectors.investor import SHOWN_STATUSES as SHOWN_STATUSES
from deals.selectors.investor import Commitment as Commitment
from deals.selectors.investor import DealLabel as DealLabel
from deals.selectors.investor import as_commitments as as_commitments
from deals.selectors.investor import commitments_of as commitments_of
from deals.selectors.investor import deal_labels as deal_labels
from deals.selectors.investor import deal_list as deal_list
from deals.selectors.investor import fee_plans_of as fee_plans_of
from deals.selectors.investor import invitations as invitations
from deals.selectors.investor import membership_of as membership_of
from deals.selectors.investor import memberships_of as memberships_of
from deals.selectors.investor import own_seat as own_seat
from deals.selectors.quotations import Purchase as Purchase
from deals.selectors.quotations import exit_of as exit_of
from deals.selectors.quotations import frozen as frozen
from deals.selectors.quotations import quotation_of as quotation_of
from deals.selectors.quotations import quotations_of as quotations_of
from deals.selectors.quotations import without_fees as without_fees
from deals.selectors.staff import count_due_deals as count_due_deals
