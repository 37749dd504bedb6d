"""Public names of this app, gathered from its files."""

from inventory.services.commitments import answer_changes as answer_changes
from inventory.services.commitments import commit_hold as commit_hold
from inventory.services.commitments import commit_units as commit_units
from inventory.services.commitments import lapse_commitments as lapse_commitments
from inventory.services.commitments import reduce_commitment as reduce_commitment
from inventory.services.commitments import tell_lapsed_holds as tell_lapsed_holds
from inventory.services.commitments import withdraw_commitment as withdraw_commitment
from inventory.services.exits import propose_exit as propose_exit
from inventory.services.holds import cancel_hold as cancel_hold
from inventory.services.holds import expire_all as expire_all
from inventory.services.holds import expire_reservations as expire_reservations
from inventory.services.holds import reserve_units as reserve_units
from inventory.services.lots import add_lot as add_lot
from inventory.services.lots import add_source as add_source
from inventory.services.lots import block_lot as block_lot
from inventory.services.lots import edit_lot as edit_lot
from inventory.services.lots import edit_source as edit_source
from inventory.services.lots import holds_settled as holds_settled
from inventory.services.lots import kept_of_block as kept_of_block
from inventory.services.lots import kept_of_lot as kept_of_lot
from inventory.services.lots import kept_of_source as kept_of_source
from inventory.services.lots import lots_ready as lots_ready
from inventory.services.lots import unblock_lot as unblock_lot
from inventory.services.undo import propose_undo as propose_undo
from inventory.services.undo import withdraw_undo as withdraw_undo
