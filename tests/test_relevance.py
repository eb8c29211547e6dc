"""The measure of the search is itself right."""

import pytest

from tests.relevance import ndcg, recall

GRADES = {"best": 2, "fair": 1, "wrong": 0}


def test_the_best_order_scores_one_and_any_other_less() -> None:
    assert ndcg(["best", "fair", "wrong"], GRADES) == pytest.approx(1)
    assert ndcg(["fair", "best"], GRADES) < 1
    assert ndcg(["unjudged", "best", "fair"], GRADES) < 1
    assert ndcg([], GRADES) == 0


def test_recall_counts_the_right_ones_among_the_first_fifty() -> None:
    late = [*(f"other{number}" for number in range(50)), "best"]

    assert recall(["fair", "best"], GRADES) == 1
    assert recall(late, GRADES) == 0
    assert recall(late, {"fair": 1}) is None
