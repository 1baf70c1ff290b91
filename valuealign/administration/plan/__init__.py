"""What is going to be asked: forms, personas and the plan that crosses them."""
