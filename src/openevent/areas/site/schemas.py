"""The site area on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from openevent.areas.site.models import PagePlace
from openevent.jsonapi.html import HTML
from openevent.jsonapi.schema import JsonApiSchema, access

LINE, TEXT = Length(max=500), Length(max=60_000)
NAME = [Length(min=1, max=300), Regexp(r"\s*\S", error="Must not be blank.")]
#: What organizers need on invoices is no news to everybody.
BILLING = access(read="registered")


def _line(**options: Any) -> fields.Str:
    return fields.Str(allow_none=True, validate=LINE, **options)


def _url() -> fields.Url:
    return fields.Url(
        allow_none=True, schemes={"http", "https"}, require_tld=False, validate=Length(max=2048)
    )


class SettingSchema(JsonApiSchema):
    """What the installation says about itself."""

    app_name = fields.Str(validate=NAME)
    tagline = _line()
    start_pg_event_id = _line()
    start_pg_enabled = _line()
    order_expiry_time = fields.Int(dump_only=True)
    max_complex_custom_fields = fields.Int(dump_only=True)
    is_stripe_activated = fields.Bool(dump_only=True)
    analytics_key = _line()
    fb_client_id = _line()
    google_client_id = _line()
    stripe_client_id = _line()
    stripe_publishable_key = _line()
    cookie_policy = HTML(allow_none=True, validate=TEXT)
    cookie_policy_link = _line()

    frontend_url = _url()
    support_url = _url()
    android_app_url = _url()
    web_app_url = _url()
    rocket_chat_url = _url()
    google_url = _url()
    github_url = _url()
    twitter_url = _url()
    facebook_url = _url()
    instagram_url = _url()
    patreon_url = _url()
    gitter_url = _url()
    telegram_url = _url()
    youtube_url = _url()
    weblate_url = _url()

    admin_company = _line(metadata=BILLING)
    admin_billing_contact_name = _line(metadata=BILLING)
    admin_billing_email = fields.Email(allow_none=True, metadata=BILLING)
    admin_billing_phone = _line(metadata=BILLING)
    admin_billing_address = _line(metadata=BILLING)
    admin_billing_zip = _line(metadata=BILLING)
    admin_billing_city = _line(metadata=BILLING)
    admin_billing_state = _line(metadata=BILLING)
    admin_billing_country = _line(metadata=BILLING)
    admin_billing_tax_info = _line(metadata=BILLING)
    admin_billing_additional_info = _line(metadata=BILLING)

    class Meta(JsonApiSchema.Meta):
        type_, path = "setting", "/v1/settings"


class PageSchema(JsonApiSchema):
    """A page of the installation."""

    name = fields.Str(required=True, validate=NAME)
    title = _line()
    url = fields.Str(required=True, validate=NAME)
    description = HTML(allow_none=True, validate=TEXT)
    place = fields.Str(allow_none=True, validate=OneOf(list(PagePlace)))
    language = fields.Str(allow_none=True, validate=Length(max=100))
    index = fields.Int(strict=True, validate=Range(min=0, max=1_000_000))

    class Meta(JsonApiSchema.Meta):
        type_, path = "page", "/v1/pages"
