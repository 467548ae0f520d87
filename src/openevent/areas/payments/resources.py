"""The resource types of the payments area, and its routes of their own."""

from __future__ import annotations

from typing import Final

from openevent.areas.payments.endpoints import ROUTES
from openevent.areas.payments.models import Refund, StripeAuthorization
from openevent.areas.payments.operations.linking import (
    create_authorization,
    update_authorization,
)
from openevent.areas.payments.operations.refunding import create_refund
from openevent.areas.payments.policy import AUTHORIZATION, REFUND
from openevent.areas.payments.schemas import RefundSchema, StripeAuthorizationSchema
from openevent.jsonapi.resource import ResourceType, plain_writes

STRIPE_AUTHORIZATIONS: Final = ResourceType(
    schema=StripeAuthorizationSchema,
    model=StripeAuthorization,
    policy=AUTHORIZATION,
    create=create_authorization,
    update=update_authorization,
    delete=plain_writes(StripeAuthorization)["delete"],
)
REFUNDS: Final = ResourceType(
    schema=RefundSchema, model=Refund, policy=REFUND, create=create_refund
)

RESOURCES: Final = (STRIPE_AUTHORIZATIONS, REFUNDS)

__all__ = ["RESOURCES", "ROUTES"]
