"""The teams area on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf, Regexp

from openevent.areas.identity.models import RoleName
from openevent.areas.identity.schemas import EmailAddress
from openevent.areas.teams.models import InviteStatus, ServiceName
from openevent.jsonapi.html import HTML
from openevent.jsonapi.schema import JsonApiSchema, ToMany, ToOne, UTCDateTime, access

NAME = [Length(min=1, max=200), Regexp(r"\s*\S", error="Must not be blank.")]


def _url(**options: Any) -> fields.Url:
    return fields.Url(
        schemes={"http", "https"}, require_tld=False, validate=Length(max=2048), **options
    )


def _have_name_and_link(links: list[dict[str, Any]]) -> None:
    # A partial document makes "required" of its parts partial, too.
    if any(not {"name", "link"} <= link.keys() for link in links):
        raise ValidationError("Each has a name and a link.")


class RoleInviteSchema(JsonApiSchema):
    """An invitation to a role on an event."""

    email = EmailAddress(required=True)
    role_name = fields.Str(validate=OneOf([role.value for role in RoleName]))
    status = fields.Str(dump_only=True, validate=OneOf([status.value for status in InviteStatus]))
    created_at = UTCDateTime(dump_only=True)
    expires_at = UTCDateTime(dump_only=True, allow_none=True)

    event = ToOne("event", required=True, writable=False)
    role = ToOne("role", required=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "role-invite", "/v1/role-invites"


class GroupSocialLinkSchema(Schema):
    """Where else on the web a group is: a name and an address."""

    class Meta:
        unknown = EXCLUDE

    name = fields.Str(required=True, validate=NAME)
    link = _url(required=True)
    is_custom = fields.Bool()


class GroupSchema(JsonApiSchema):
    """A group of events."""

    name = fields.Str(required=True, validate=NAME)
    about = HTML(allow_none=True, validate=Length(max=20_000))
    social_links = fields.List(
        fields.Nested(GroupSocialLinkSchema), validate=[Length(max=50), _have_name_and_link]
    )
    logo_url = _url(allow_none=True)
    banner_url = _url(allow_none=True)
    thumbnail_image_url = _url(allow_none=True, dump_only=True)
    is_promoted = fields.Bool(metadata=access(write="staff"))
    follower_count = fields.Int(dump_only=True)
    created_at = UTCDateTime(dump_only=True)
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    user = ToOne("user", writable=False)
    events = ToMany("event")
    follower = ToOne("user-follow-group", linked=False, writable=False)
    followers = ToMany("user-follow-group")
    roles = ToMany("users-groups-role", related="users-groups-roles")

    class Meta(JsonApiSchema.Meta):
        type_, path = "group", "/v1/groups"


class UsersGroupsRoleSchema(JsonApiSchema):
    """One person's role in a group, or an invitation to it."""

    email = EmailAddress(required=True)
    accepted = fields.Bool(dump_only=True)

    group = ToOne("group", required=True, writable=False)
    role = ToOne("role", required=True, writable=False)
    user = ToOne("user", allow_none=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "users-groups-role", "/v1/users-groups-roles"


class UserFollowGroupSchema(JsonApiSchema):
    """That somebody follows a group."""

    created_at = UTCDateTime(dump_only=True)

    group = ToOne("group", required=True, writable=False)
    user = ToOne("user", writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "user-follow-group", "/v1/user-follow-groups"


class ServiceSchema(JsonApiSchema):
    """A part of an event that roles have permissions for."""

    name = fields.Str(validate=OneOf([name.value for name in ServiceName]))

    class Meta(JsonApiSchema.Meta):
        type_, path = "service", "/v1/services"


class EventRolePermissionsSchema(JsonApiSchema):
    """What a role on an event may do with one part of it."""

    can_create = fields.Bool()
    can_read = fields.Bool()
    can_update = fields.Bool()
    can_delete = fields.Bool()

    role = ToOne("role", writable=False)
    service = ToOne("service", writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "event-role-permissions", "/v1/event-role-permissions"
