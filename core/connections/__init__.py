"""Clients of other servers: shared in a process, behind a circuit breaker."""
