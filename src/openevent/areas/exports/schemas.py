"""Imports on the wire."""

from __future__ import annotations

from marshmallow import fields
from marshmallow.validate import OneOf

from openevent.areas.exports.rules import ImportResult
from openevent.jsonapi.schema import JsonApiSchema, UTCDateTime


class ImportJobSchema(JsonApiSchema):
    """An event that somebody sent as an archive, and what came of it."""

    task = fields.Str(dump_only=True)
    starts_at = UTCDateTime(dump_only=True)
    result = fields.Str(dump_only=True, allow_none=True)
    result_status = fields.Str(dump_only=True, allow_none=True, validate=OneOf(list(ImportResult)))

    class Meta(JsonApiSchema.Meta):
        type_, path = "import-job", "/v1/import-jobs"
