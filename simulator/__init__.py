"""
A payment provider with play money, for the demo and the tests.

A program of its own, without Django and without a look into the shop's database: the two speak
through redirects, a JSON API and signed webhooks, as with a real provider.
"""
