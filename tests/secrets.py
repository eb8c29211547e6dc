"""What the shop and its simulators of other services share."""

SECRET = "a secret between the shop and the simulator"
