"""Tables of the site area: what an installation says about itself, and its pages."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from openevent.db.base import Record
from openevent.db.columns import one_of


class PagePlace(StrEnum):
    """Where front ends link to a page."""

    FOOTER = "footer"
    EVENT = "event"


class Setting(Record):
    """What the installation says about itself and how to reach it: one row, there from the start.

    How the server runs is no part of it: that comes from its environment (``openevent
    settings``), so that no secret is in the database.
    """

    __tablename__ = "settings"
    __table_args__ = ({"info": {"installed": True}},)

    app_name: Mapped[str] = mapped_column(default="Open Event", server_default="Open Event")
    tagline: Mapped[str | None]
    start_pg_event_id: Mapped[str | None]
    start_pg_enabled: Mapped[str | None] = mapped_column(
        default="default", server_default=text("'default'")
    )
    analytics_key: Mapped[str | None]
    fb_client_id: Mapped[str | None]
    google_client_id: Mapped[str | None]
    stripe_client_id: Mapped[str | None]
    stripe_publishable_key: Mapped[str | None]
    cookie_policy: Mapped[str | None]
    cookie_policy_link: Mapped[str | None]

    frontend_url: Mapped[str | None]
    support_url: Mapped[str | None]
    android_app_url: Mapped[str | None]
    web_app_url: Mapped[str | None]
    rocket_chat_url: Mapped[str | None]
    google_url: Mapped[str | None]
    github_url: Mapped[str | None]
    twitter_url: Mapped[str | None]
    facebook_url: Mapped[str | None]
    instagram_url: Mapped[str | None]
    patreon_url: Mapped[str | None]
    gitter_url: Mapped[str | None]
    telegram_url: Mapped[str | None]
    youtube_url: Mapped[str | None]
    weblate_url: Mapped[str | None]

    admin_company: Mapped[str | None]
    admin_billing_contact_name: Mapped[str | None]
    admin_billing_email: Mapped[str | None]
    admin_billing_phone: Mapped[str | None]
    admin_billing_address: Mapped[str | None]
    admin_billing_zip: Mapped[str | None]
    admin_billing_city: Mapped[str | None]
    admin_billing_state: Mapped[str | None]
    admin_billing_country: Mapped[str | None]
    admin_billing_tax_info: Mapped[str | None]
    admin_billing_additional_info: Mapped[str | None]


class Page(Record):
    """A page of the installation, such as its privacy policy."""

    __tablename__ = "pages"
    __table_args__ = (one_of("place", PagePlace), Index("ix_pages_index", "index", "id"))

    name: Mapped[str]
    title: Mapped[str | None]
    url: Mapped[str]
    description: Mapped[str | None]
    place: Mapped[str | None]
    language: Mapped[str | None]
    index: Mapped[int] = mapped_column(default=0, server_default="0")
