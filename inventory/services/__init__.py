from inventory.services.availability import band, publish_stale
from inventory.services.counts import (
    cancel_count,
    count_more,
    open_count,
    post_count,
    record_count,
)
from inventory.services.expiry import release_expired, release_in_batches
from inventory.services.goods import (
    adjust,
    correct,
    receive,
    restock,
    set_limits,
    set_on_hand,
    write_off,
)
from inventory.services.holds import (
    extend_order_hold,
    move_holds,
    release,
    renew,
    reserve,
)
from inventory.services.repairs import repair
from inventory.services.sales import cancel_sale, change_sale, dispatch, record_sale
from inventory.services.sign_ups import claim, leave, next_to_tell, request_of, sign_up
from inventory.services.sold_out import remembered as known_sold_out
from inventory.services.transfers import (
    cancel_transfer,
    close_transfer,
    dispatch_transfer,
    draft_transfer,
    put_in_transfer,
    put_more,
    receive_more,
    receive_transfer,
)
