"""Public names of this app, gathered from its files."""

from inventory.selectors.availability import count_lapsed_holds as count_lapsed_holds
from inventory.selectors.commitments import AskedCommitment as AskedCommitment
from inventory.selectors.commitments import asked_commitment as asked_commitment
from inventory.selectors.commitments import count_lapsed_commitments as count_lapsed_commitments
from inventory.selectors.commitments import quotation_to_commit as quotation_to_commit
from inventory.selectors.desk import holds_that_end_next as holds_that_end_next
from inventory.selectors.investor import Allocated as Allocated
from inventory.selectors.investor import Hold as Hold
from inventory.selectors.investor import Standing as Standing
from inventory.selectors.investor import allocations_of as allocations_of
from inventory.selectors.investor import as_allocations as as_allocations
from inventory.selectors.investor import as_holds as as_holds
from inventory.selectors.investor import changes_asked_of as changes_asked_of
from inventory.selectors.investor import hold_of as hold_of
from inventory.selectors.investor import holds_of as holds_of
from inventory.selectors.investor import investor_nav_counts as investor_nav_counts
from inventory.selectors.investor import is_live as is_live
from inventory.selectors.investor import running_holds_of as running_holds_of
from inventory.selectors.investor import standing_on as standing_on
from inventory.selectors.room import Room as Room
from inventory.selectors.room import room_of as room_of
from inventory.selectors.stock import DealUnits as DealUnits
from inventory.selectors.stock import Stock as Stock
from inventory.selectors.stock import stock_of as stock_of
from inventory.selectors.stock import units_of as units_of
from inventory.selectors.stock import units_of_running_deals as units_of_running_deals
