"""From a file of people to sufficient statistics: what stands where, which code means what."""
