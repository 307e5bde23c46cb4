"""Says of a command line whether it works on the right environment. Reads nothing but what it is given, and never starts anything."""
