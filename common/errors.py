"""The three refusals of a rule; pages and REST show their text, nobody rewrites it.

PermissionDenied (Django's) says "not you" (403), WrongState and Overtaken "not now"
(409), RuleViolation "not so" (422). A record one may not know of is a 404.
"""


class Refusal(Exception):
    """A rule said no; the text is Chinese and meant for the person who asked."""


class RuleViolation(Refusal):
    """What was asked breaks a rule; `field` names the input at fault, if one is."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


class WrongState(Refusal):
    """The step is not allowed from the record's present status."""


class Overtaken(WrongState):
    """Somebody else moved the record between reading and writing."""


class TooOften(Refusal):
    """A public page was called more often than its rate allows (429)."""
