"""What may go wrong between a shop, a shopper and a provider: one function for each fault."""

from tests.payments.faults import news, openings, refunds
from tests.payments.faults.cases import CASES, IN_THREADS
