"""Requests: forms, uploads, cookies, rate limits, content security, the front of a web process."""
