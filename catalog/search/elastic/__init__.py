"""
Search in Elasticsearch, where SEARCH_URL names one.

PostgreSQL stays the truth: its entries are kept as ever, what changes goes from there into the
index, and whether a shopper may see what was found is asked there.
"""

from catalog.search.elastic.engine import ElasticSearch
from catalog.search.elastic.index import Rebuilding, push_stale, rebuild, state

__all__ = ["ElasticSearch", "Rebuilding", "push_stale", "rebuild", "state"]
