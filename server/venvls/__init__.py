"""venvls: is this project's environment in sync with what the project requires, and what makes it so?"""

__version__ = "0.1.0"
