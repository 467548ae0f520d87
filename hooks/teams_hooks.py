"""Each refusal for too many mails needs a limit that is used up already."""

from __future__ import annotations

from typing import Any

from dredd_hooks import before

from openevent.contract.backstage import use_up
from openevent.services.rate_limits import CONTACT, INVITE_BY_RECIPIENT


@before("Role Invites > Role Invite Collection > Invite to a Role > Example 12")
def after_invitations(_: dict[str, Any]) -> None:
    use_up(INVITE_BY_RECIPIENT, account="nobody@example.org")


@before("Role Invites > Role Invite Mail > Resend a Role Invite > Example 6")
def after_mails_of_an_invitation(_: dict[str, Any]) -> None:
    use_up(INVITE_BY_RECIPIENT, account="registered@example.org")


@before("Groups > Message to a Group > Contact Those Who Run a Group > Example 5")
def after_messages(_: dict[str, Any]) -> None:
    use_up(CONTACT, account="9")


@before("Users Groups Roles > Users Groups Role Collection > Invite to a Group > Example 9")
def after_invitations_to_a_group(_: dict[str, Any]) -> None:
    use_up(INVITE_BY_RECIPIENT, account="nobody@example.org")


@before("Users Groups Roles > Group Invite Mail > Resend a Group Invite > Example 6")
def after_mails_of_a_group_invitation(_: dict[str, Any]) -> None:
    use_up(INVITE_BY_RECIPIENT, account="registered@example.org")
