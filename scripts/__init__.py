"""Small tools of the developer; nothing here runs in the shop."""
