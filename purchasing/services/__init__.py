from purchasing.services.orders import (
    cancel,
    draft,
    fill_up,
    lock_draft,
    propose,
    receive,
    receive_everything,
    recount,
    send,
)
from purchasing.services.tasks import (
    accept_task,
    cancel_task,
    follow_change,
    hand_out,
    send_task,
    ship_task,
    withdraw,
)
