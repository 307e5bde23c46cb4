"""The only input and output: files, walking, what is installed, processes, the person's state. Implements ``model/ports.py``."""
