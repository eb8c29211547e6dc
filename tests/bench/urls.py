from django.urls import path

from config import urls as store
from tests.bench import yardsticks

urlpatterns = [
    path("bench/hello/", yardsticks.hello),
    path("bench/post/", yardsticks.post_with_session),
    path("bench/post-and-query/", yardsticks.post_with_query),
    *store.urlpatterns,
]
