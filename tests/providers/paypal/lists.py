"""What PayPal tells by the page: disputes, and the account's transactions."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from tests.providers.paypal.account import Account
from tests.providers.paypal.documents import Document, link, refusal, stamp

MAX_RANGE = timedelta(days=31)
MAX_PAGE = 500
SHORT = (
    *("dispute_id", "create_time", "update_time", "reason", "status", "dispute_amount"),
    *("dispute_life_cycle_stage", "dispute_channel", "seller_response_due_date"),
)
Query = Mapping[str, list[str]]


def disputes(account: Account, asked: Query) -> Document:
    """
    Those of one transaction; the list tells little of each.

    :raises Refusal: to an application that may not read them
    """
    if not account.may_read_disputes:
        raise refusal("PERMISSION_DENIED", status=403)
    wanted = asked.get("disputed_transaction_id", [""])[0]
    url = f"{account.url}/v1/customer/disputes"
    found = [
        {name: each[name] for name in SHORT if name in each}
        | {"links": [link(f"{url}/{each['dispute_id']}", "self")]}
        for each in account.disputes.values()
        if wanted in (each["disputed_transactions"][0]["seller_transaction_id"], "")
    ]
    shown: Document = {"items": found} if found else {}
    return shown | {"links": [link(url, "self")]}


def transactions(account: Account, asked: Query) -> Document:
    """
    Those that began within a range of at most 31 days, the oldest first.

    :raises Refusal: if the range is longer, or not to be read
    """
    begin, end = _time(asked, "start_date"), _time(asked, "end_date")
    if end - begin > MAX_RANGE or end < begin:
        raise refusal("INVALID_REQUEST", status=400, field="end_date")
    size, page = int(asked.get("page_size", ["100"])[0]), int(asked.get("page", ["1"])[0])
    if not 1 <= size <= MAX_PAGE or page < 1:
        raise refusal("INVALID_REQUEST", status=400, field="page_size")
    rows = [each for each in account.transactions if begin <= _began(each) <= end]
    return {
        "transaction_details": rows[(page - 1) * size : page * size],
        "account_number": "7XV4ABQ8CL2KE",
        "start_date": begin.isoformat(),
        "end_date": end.isoformat(),
        "last_refreshed_datetime": stamp(account.now()),
        "page": page,
        "total_items": len(rows),
        "total_pages": -(-len(rows) // size),
        "links": [link(f"{account.url}/v1/reporting/transactions", "self")],
    }


def _time(asked: Query, name: str) -> datetime:
    try:
        found = datetime.fromisoformat(asked[name][0])
    except (KeyError, ValueError):
        raise refusal("INVALID_REQUEST", status=400, field=name) from None
    if found.tzinfo is None:
        raise refusal("INVALID_REQUEST", status=400, field=name)
    return found


def _began(row: Document) -> datetime:
    info = row["transaction_info"]
    return datetime.fromisoformat(info["transaction_initiation_date"])
