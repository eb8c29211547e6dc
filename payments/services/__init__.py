"""What can be done with payments; import each function from the module that has it."""
