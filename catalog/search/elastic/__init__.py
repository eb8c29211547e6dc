"""
Search in Elasticsearch, if SEARCH_URL is set.

PostgreSQL stays the source: its search entries are maintained as without Elasticsearch, changes are
pushed to the index, and the visibility of results is checked in PostgreSQL.
"""

from catalog.search.elastic.engine import ElasticSearch
from catalog.search.elastic.index import Rebuilding, push_stale, rebuild, state
