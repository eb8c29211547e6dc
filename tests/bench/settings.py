"""The store's settings, with views to compare with and the number of queries in every answer."""

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE as STORE_MIDDLEWARE

ROOT_URLCONF = "tests.bench.urls"
MIDDLEWARE = ["tests.bench.yardsticks.CountQueries", *STORE_MIDDLEWARE]
