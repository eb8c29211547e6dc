"""Health, metrics, alerts and the state of servers and queues."""
