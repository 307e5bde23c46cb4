"""venvls: is this project's environment in step with what the project asks for, and what makes it so?"""

__version__ = "0.1.0"
