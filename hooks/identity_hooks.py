"""Each refusal for too many attempts needs a limit that is used up already."""

from __future__ import annotations

from typing import Any

from dredd_hooks import before

from openevent.contract.backstage import use_up
from openevent.services.rate_limits import (
    CHECK_EMAIL,
    LOGIN_BY_ACCOUNT,
    REGISTRATION,
    RESEND_BY_ACCOUNT,
    RESET_BY_ACCOUNT,
)


@before("Authentication > Session > Log In > Example 6")
@before("Authentication > Login > Log In under /v1 > Example 6")
def after_wrong_passwords_for_nobody(_: dict[str, Any]) -> None:
    use_up(LOGIN_BY_ACCOUNT, account="nobody@example.org")


@before("Authentication > Fresh Login > Log In Again > Example 5")
@before("Authentication > Verify Password > Verify a Password > Example 5")
@before("Authentication > Change Password > Change the Password > Example 5")
def after_wrong_passwords_of_the_moderator(_: dict[str, Any]) -> None:
    use_up(LOGIN_BY_ACCOUNT, account="moderator@example.org")


@before("Authentication > Reset Password > Ask for a Password Reset > Example 3")
def after_resets(_: dict[str, Any]) -> None:
    use_up(RESET_BY_ACCOUNT, account="nobody@example.org")


@before("Authentication > Resend Verification Email > Resend the Verification Mail > Example 3")
def after_verification_mails(_: dict[str, Any]) -> None:
    use_up(RESEND_BY_ACCOUNT, account="nobody@example.org")


@before("Authentication > Email Check > Check an Address > Example 4")
@before("Authentication > Email Check in Camel Case > Check an Address in Camel Case > Example 4")
def after_questions(_: dict[str, Any]) -> None:
    use_up(CHECK_EMAIL, address="127.0.0.1")


@before("Users > User Collection > Register > Example 5")
def after_registrations(_: dict[str, Any]) -> None:
    use_up(REGISTRATION, address="127.0.0.1")
