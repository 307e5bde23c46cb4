"""venvls: is this project's environment in sync with what the project requires, and what makes it so?"""

__version__ = "0.1.0"
HOME = "https://github.com/venvls/venvls"


def page_of_rule(code: str) -> str:
    """Where a rule's documentation is."""
    return f"{HOME}/blob/main/server/docs/rules/{code}.md"
