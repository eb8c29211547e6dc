"""What can be done with returns. Each step has its file; callers need only this name."""

from returns.services.answering import approve, reject, withdraw
from returns.services.asking import MAX_PHOTOS, Wanted, ask
from returns.services.receiving import Arrived, add_photos, receive
from returns.services.settling import exchange, finish, refund
