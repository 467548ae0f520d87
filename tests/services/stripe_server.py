"""A small Stripe on the loopback interface, with a memory.

It knows what this server asks of the real one: accounts by authorization codes, payment
intents, refunds, idempotency keys, and signed events. Cards behave by their names:
``pm_card_visa`` pays, ``pm_card_declined`` is declined, ``pm_card_3ds`` wants the bank's
consent (``consent`` gives it). ``lose_answers`` does what is asked and hangs up.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET_KEY = "sk_test_of_the_tests"
WEBHOOK_SECRET = "whsec_of_the_tests"


class StripeServer:
    """The server and what it remembers."""

    def __init__(self, port: int = 0) -> None:
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.answers: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}
        self.requests: list[tuple[str, str, str | None]] = []
        self.lose_answers = 0
        self.refuse_refunds = False
        self.before_answer: Any = None
        self.numbers = itertools.count(1)
        self.lock = threading.RLock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.serve(self, {})

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                form = parse_qs(self.rfile.read(length).decode())
                server.serve(self, {name: values[0] for name, values in form.items()})

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._http.daemon_threads = True
        self._http.block_on_close = False
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def forget(self) -> None:
        """Begin anew."""
        self.intents, self.refunds, self.answers, self.requests = {}, {}, {}, []
        self.lose_answers, self.refuse_refunds, self.before_answer = 0, False, None

    def close(self) -> None:
        """Stop listening."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def serve(self, request: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        """Answer one request, a repeated one as before."""
        path, key = urlsplit(request.path).path, request.headers.get("Idempotency-Key")
        account = request.headers.get("Stripe-Account") or ""
        with self.lock:
            self.requests.append((request.command, path, key))
            kept = self.answers.get((account, key)) if key else None
            status, answer = kept or self.answer(request.command, path, form, account)
            if key:
                self.answers[account, key] = status, answer
            lost = self.lose_answers > 0
            self.lose_answers -= lost
        if lost:
            request.close_connection = True
            return
        if self.before_answer is not None and path.endswith("/confirm"):
            self.before_answer()
        body = json.dumps(answer).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.send_header("Request-Id", "req_1")
        request.end_headers()
        request.wfile.write(body)

    def answer(
        self, method: str, path: str, form: dict[str, str], account: str
    ) -> tuple[int, dict[str, Any]]:
        """Do what is asked."""
        parts = path.strip("/").split("/")
        if path == "/oauth/token":
            if not form["code"].startswith("ac_"):
                return 400, {"error": "invalid_grant", "error_description": "No such code."}
            name = form["code"][3:]
            return 200, {
                "stripe_user_id": f"acct_{name}",
                "stripe_publishable_key": f"pk_test_{name}",
                "access_token": "sk_test_never_kept",
            }
        if parts[:2] == ["v1", "refunds"]:
            return self._refund(form)
        if method == "POST" and len(parts) == 2:
            return 200, dict(self._open(form, account))
        intent = self.intents.get(parts[2])
        if intent is None or intent["account"] != account:
            return 404, _error("invalid_request_error", "No such payment_intent.")
        if parts[-1] == "confirm":
            return self._confirm(intent, form["payment_method"])
        return 200, dict(intent)

    def _open(self, form: dict[str, str], account: str) -> dict[str, Any]:
        id_ = f"pi_{next(self.numbers)}"
        self.intents[id_] = {
            "id": id_,
            "object": "payment_intent",
            "status": "requires_payment_method",
            "amount": int(form["amount"]),
            "currency": form["currency"],
            "metadata": {
                name[len("metadata[") : -1]: value
                for name, value in form.items()
                if name.startswith("metadata[")
            },
            "client_secret": f"{id_}_secret",
            "account": account,
        }
        return self.intents[id_]

    def _confirm(self, intent: dict[str, Any], method: str) -> tuple[int, dict[str, Any]]:
        if intent["status"] == "succeeded":
            return 400, _error("invalid_request_error", "This intent has succeeded already.")
        if method == "pm_card_declined":
            return 402, _error("card_error", "Your card was declined.")
        intent["status"] = "requires_action" if method == "pm_card_3ds" else "succeeded"
        return 200, dict(intent)

    def _refund(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        intent = self.intents[form["payment_intent"]]
        given = sum(r["amount"] for r in self.refunds.values() if r["intent"] == intent["id"])
        amount = int(form["amount"])
        if self.refuse_refunds or given + amount > intent["amount"]:
            return 400, _error("invalid_request_error", "The balance does not allow this refund.")
        id_ = f"re_{next(self.numbers)}"
        self.refunds[id_] = {
            "id": id_,
            "object": "refund",
            "status": "succeeded",
            "amount": amount,
            "currency": intent["currency"],
            "intent": intent["id"],
        }
        return 200, dict(self.refunds[id_])

    def consent(self, intent_id: str) -> None:
        """Let the buyer's bank consent."""
        self.intents[intent_id]["status"] = "succeeded"

    def event(self, type_: str, thing: dict[str, Any], *, id_: str = "evt_1") -> bytes:
        """Return an event as it is sent."""
        event = {
            "id": id_,
            "object": "event",
            "type": type_,
            "account": thing.get("account") or None,
            "data": {"object": thing},
        }
        return json.dumps(event).encode()


def signed(body: bytes, *, secret: str = WEBHOOK_SECRET, age_s: int = 0) -> str:
    """Return the signature that Stripe sends along."""
    at = int(time.time()) - age_s
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def _error(kind: str, message: str) -> dict[str, Any]:
    return {"error": {"type": kind, "message": message, "code": "declined"}}
