"""Other data of the same form in place of the project's: does the run take them, and do its outputs follow?"""

from .swap import proposals

__all__ = ["proposals"]
