from core.exceptions import DomainError


class AppliedAlready(DomainError):
    """Somebody with this e-mail address or document has applied, or sells here."""


class AnsweredAlready(DomainError):
    """An application is answered once."""


class NameTaken(DomainError):
    """Another seller has this name."""


class MemberRefused(DomainError):
    """The person cannot be invited or removed so."""


class NotThisStep(DomainError):
    """The seller's status does not allow this."""
