"""What is wrong or doubtful in an instrument file."""
