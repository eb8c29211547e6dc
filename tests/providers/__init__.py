"""Doubles of the payment providers: they speak HTTP as the real ones do, and are judged for it."""
