"""Services of payments; import each function from the module that has it."""
