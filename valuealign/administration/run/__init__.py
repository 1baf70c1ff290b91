"""Running a plan: requests, retries, cost and progress."""
