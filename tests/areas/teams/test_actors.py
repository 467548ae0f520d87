"""The owner of a new event is shown among those who were invited."""

from __future__ import annotations

from typing import Any

from openevent.areas.teams.actors import note_owner
from openevent.work.unit import UnitOfWork


def test_owner_is_noted_once_as_invited_and_accepted(client: Any, work: UnitOfWork) -> None:
    for _ in range(2):
        note_owner(work, event_id=2)
        note_owner(work, event_id=9999)
        work.db.commit()
    listed = client.get("/v1/events/2/role-invites?filter[role-name]=owner", as_="other-owner")
    (invite,) = listed.json["data"]
    assert invite["attributes"]["email"] == "other-owner@example.org"
    assert invite["attributes"]["status"] == "accepted"
    assert invite["attributes"]["expires-at"] is None
    assert client.delete(f"/v1/role-invites/{invite['id']}", as_="other-owner").status_code == 409
