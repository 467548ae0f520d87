"""What changes to accounts, log-ins, mailed tokens and roles mean."""

from openevent.areas.identity.operations.mailed_tokens import issue_token

__all__ = ["issue_token"]
