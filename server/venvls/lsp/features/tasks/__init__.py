"""A task that a person wants: what a command means and how it would be done, the question before it, and how it is carried out."""
