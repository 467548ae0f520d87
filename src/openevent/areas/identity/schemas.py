"""What people look like on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marshmallow.validate import Length, OneOf
from marshmallow_jsonapi import fields

from openevent.areas.identity.models import EmailKind
from openevent.jsonapi.schema import JsonApiSchema, ToMany, ToOne, UTCDateTime, access
from openevent.services.passwords import MAX_LENGTH, MIN_LENGTH

#: RFC 5321 § 4.5.3.1.3 allows an address of 254 characters.
MAX_EMAIL: Final = 254

PRIVATE: Final = access(read="self")
TEAM_READS: Final = access(read="team")
STAFF_SETS: Final = access(read="self", write="staff")


class EmailAddress(fields.Email):
    """An e-mail address; blanks that were pasted around it are dropped."""

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=Length(max=MAX_EMAIL), **options)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any
    ) -> Any:
        if isinstance(value, str):
            value = value.strip()
        return super()._deserialize(value, attr, data, **options)


def _line(**options: Any) -> fields.Str:
    """Return an optional text of one line."""
    return fields.Str(allow_none=True, validate=Length(max=255), **options)


def _text(**options: Any) -> fields.Str:
    """Return an optional text of several lines."""
    return fields.Str(allow_none=True, validate=Length(max=10_000), **options)


def _url(**options: Any) -> fields.Url:
    return fields.Url(
        allow_none=True,
        schemes={"http", "https"},
        require_tld=False,
        validate=Length(max=2048),
        **options,
    )


def _flag(**options: Any) -> fields.Bool:
    """Return what is either so or not; the attribute is never null."""
    return fields.Bool(**options)


class UserSchema(JsonApiSchema):
    """A person with an account."""

    email = EmailAddress(required=True, metadata=TEAM_READS)
    password = fields.Str(
        required=True, load_only=True, validate=Length(min=MIN_LENGTH, max=MAX_LENGTH)
    )
    first_name = _line()
    last_name = _line()
    public_name = _line()
    is_profile_public = _flag()
    avatar_url = _url()
    original_image_url = _url(dump_only=True)
    thumbnail_image_url = _url(dump_only=True)
    small_image_url = _url(dump_only=True)
    icon_image_url = _url(dump_only=True)
    image_placeholder = _line(dump_only=True)
    facebook_url = _url()
    twitter_url = _url()
    instagram_url = _url()
    google_plus_url = _url()

    details = _text(metadata=PRIVATE)
    contact = _line(metadata=PRIVATE)
    company = _line(metadata=PRIVATE)
    language_prefrence = _line(metadata=PRIVATE)
    billing_contact_name = _line(metadata=PRIVATE)
    billing_phone = _line(metadata=PRIVATE)
    billing_address = _text(metadata=PRIVATE)
    billing_city = _line(metadata=PRIVATE)
    billing_state = _line(metadata=PRIVATE)
    billing_zip_code = _line(metadata=PRIVATE)
    billing_country = _line(metadata=PRIVATE)
    billing_tax_info = _line(metadata=PRIVATE)
    billing_additional_info = _text(metadata=PRIVATE)

    is_verified = _flag(metadata=STAFF_SETS)
    is_blocked = _flag(metadata=STAFF_SETS)
    is_admin = _flag(metadata=access(read="self", write="super-admin"))
    is_super_admin = _flag(dump_only=True, metadata=PRIVATE)
    is_sales_admin = _flag(metadata=STAFF_SETS)
    is_marketer = _flag(metadata=STAFF_SETS)
    was_registered_with_order = _flag(metadata=STAFF_SETS)
    is_user_owner = _flag(dump_only=True, metadata=PRIVATE)
    is_user_organizer = _flag(dump_only=True, metadata=PRIVATE)
    is_user_coorganizer = _flag(dump_only=True, metadata=PRIVATE)
    is_user_track_organizer = _flag(dump_only=True, metadata=PRIVATE)
    is_user_moderator = _flag(dump_only=True, metadata=PRIVATE)
    is_user_registrar = _flag(dump_only=True, metadata=PRIVATE)
    is_rocket_chat_registered = _flag(dump_only=True, metadata=PRIVATE)
    facebook_id = fields.Int(dump_only=True, allow_none=True, metadata=PRIVATE)
    last_accessed_at = UTCDateTime(dump_only=True, allow_none=True, metadata=PRIVATE)
    created_at = UTCDateTime(dump_only=True, metadata=PRIVATE)
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    alternate_emails = ToMany("user-email")
    email_notifications = ToMany("email-notification")
    notifications = ToMany("notification")
    events = ToMany("event")
    sessions = ToMany("session")
    owner_events = ToMany("event")
    organizer_events = ToMany("event")
    coorganizer_events = ToMany("event")
    track_organizer_events = ToMany("event")
    moderator_events = ToMany("event")
    registrar_events = ToMany("event")
    favourite_events = ToMany("user-favourite-event", related="user-favourite-events")
    favourite_sessions = ToMany("user-favourite-session", related="user-favourite-sessions")
    feedbacks = ToMany("feedback")
    speakers = ToMany("speaker")
    discount_codes = ToMany("discount-code")
    access_codes = ToMany("access-code")
    orders = ToMany("order")
    event_invoices = ToMany("event-invoice")
    attendees = ToMany("attendee")
    custom_system_roles = ToMany("custom-system-role")
    followed_groups = ToMany("user-follow-group")
    groups = ToMany("group")

    class Meta(JsonApiSchema.Meta):
        type_, path = "user", "/v1/users"


class UserEmailSchema(JsonApiSchema):
    """A further e-mail address of a user."""

    email_address = EmailAddress(required=True)
    type = fields.Str(validate=OneOf([kind.value for kind in EmailKind]))
    user_id = fields.Int(dump_only=True)
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    user = ToOne("user", required=True, writable=False)

    class Meta(JsonApiSchema.Meta):
        type_, path = "user-email", "/v1/user-emails"


class RoleSchema(JsonApiSchema):
    """A kind of role on an event."""

    name = fields.Str(required=True, validate=Length(min=1, max=64))
    title_name = _line()

    class Meta(JsonApiSchema.Meta):
        type_, path = "role", "/v1/roles"


class UsersEventsRolesSchema(JsonApiSchema):
    """One person's role on one event."""

    event = ToOne("event", required=True, writable=False)
    user = ToOne("user", required=True, writable=False)
    role = ToOne("role", required=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "users-events-roles", "/v1/users-events-roles"


class UserPermissionSchema(JsonApiSchema):
    """Something that verified users may do, and whether others may too."""

    name = fields.Str(required=True, validate=Length(min=1, max=64))
    description = _text()
    unverified_user = fields.Bool(allow_none=True)
    anonymous_user = fields.Bool(allow_none=True)
    deleted_at = UTCDateTime(dump_only=True, allow_none=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "user-permission", "/v1/user-permissions"


class CustomSystemRoleSchema(JsonApiSchema):
    """A role in the running of the system."""

    name = fields.Str(required=True, validate=Length(min=1, max=64))

    panel_permissions = ToMany("panel-permission", writable=True)
    users = ToMany("user", writable=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "custom-system-role", "/v1/custom-system-roles"


class PanelPermissionSchema(JsonApiSchema):
    """A panel of the administration's front end."""

    panel_name = fields.Str(required=True, validate=Length(min=1, max=64))
    can_access = _flag()

    custom_system_roles = ToMany("custom-system-role", writable=True)

    class Meta(JsonApiSchema.Meta):
        type_, path = "panel-permission", "/v1/panel-permissions"
