"""The log of every call to and from a payment gateway."""
