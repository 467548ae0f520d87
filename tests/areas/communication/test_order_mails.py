"""Who hears of orders, tickets and money: what they get, once, and in which words."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pypdfium2
import pytest

from openevent.areas.invoices.domain_events import EventInvoiceIssued
from openevent.areas.orders.domain_events import (
    AttendeeRemoved,
    OrderCancelled,
    OrderCompleted,
    OrderPlaced,
)
from openevent.areas.orders.world import IDENTIFIERS
from openevent.areas.passes.domain_events import PassReissued, TicketsIssued
from openevent.areas.payments.domain_events import (
    LatePaymentReturned,
    PaymentUnmatched,
    RefundFailed,
    RefundMade,
)
from openevent.services.mailer import OutgoingMail
from openevent.work.unit import DomainEvent
from tests.areas.communication.post import Post, Postbox
from tests.areas.documents import document

BUYER = "registered@example.org"
#: The owner, an organizer and a co-organizer of event 1.
RUNNING = {"owner@example.org", "organizer@example.org", "coorganizer@example.org"}
CANCEL = "UPDATE orders SET status = 'cancelled', cancel_note = 'The hall < the fire.' WHERE id = 2"
SPEAKS = {
    tag: f"UPDATE users SET language_prefrence = '{tag}' WHERE id = 9"  # noqa: S608
    for tag in ("de", "ar")
}
REFUND = (
    "INSERT INTO refunds (amount, currency, status, order_id, event_id, is_automatic, reason,"
    " failure) VALUES (25, 'EUR', '{}', 2, 1, {}, 'Rained off', 'No such card') RETURNING id"
)


def subjects(box: Postbox) -> dict[str, str]:
    """Return what each was told; nobody is told two things at once."""
    assert len({mail.recipient for mail in box.mails}) == len(box.mails)
    return {mail.recipient: mail.subject for mail in box.mails}


def to(box: Postbox, recipient: str) -> OutgoingMail:
    """Return the one mail that somebody got."""
    (mail,) = (mail for mail in box.mails if mail.recipient == recipient)
    return mail


def papers(mail: OutgoingMail) -> dict[str, list[str]]:
    """Return the text of each page of each PDF that came along."""
    found = {}
    for file in mail.attachments:
        with pypdfium2.PdfDocument(BytesIO(file.content)) as paper:
            found[file.name] = [page.get_textpage().get_text_range() for page in paper]
    return found


def test_a_placed_order_is_mailed_with_tickets_invoice_and_how_to_pay(
    post: Post, box: Postbox
) -> None:
    post.query("UPDATE events SET bank_details = E'IBAN DE00\nBank & Sons' WHERE id = 1")
    post.happen(OrderPlaced(order_id=2), times=2)
    assert subjects(box) == {
        BUYER: "Your order for Open Tech Summit",
        "ida@example.net": "Your ticket to Open Tech Summit",
        **dict.fromkeys(RUNNING, "New order for Open Tech Summit"),
    }
    mail = to(box, BUYER)
    assert "Please pay €78.00." in mail.text
    assert "> IBAN DE00\n> Bank & Sons" in mail.text
    assert {name: len(pages) for name, pages in papers(mail).items()} == {
        f"tickets-{IDENTIFIERS[2]}.pdf": 3,
        f"invoice-{IDENTIFIERS[2]}.pdf": 1,
    }


def test_an_attendee_gets_their_own_ticket_and_nobody_elses(post: Post, box: Postbox) -> None:
    post.happen(OrderPlaced(order_id=2))
    ((name, (page,)),) = papers(to(box, "ida@example.net")).items()
    assert name == f"ticket-{IDENTIFIERS[2]}-4.pdf"
    assert "Ida Lund" in page
    assert "Rahel" not in page
    assert all(not mail.attachments for mail in box.mails if mail.recipient in RUNNING)


def test_who_pays_later_hears_of_it_once_and_has_the_tickets_already(
    post: Post, box: Postbox
) -> None:
    post.happen(OrderPlaced(order_id=2))
    box.mails.clear()
    post.query("UPDATE orders SET status = 'completed', completed_at = now() WHERE id = 2")
    post.happen(OrderCompleted(order_id=2), times=2)
    post.happen(TicketsIssued(order_id=2, revision=1))
    assert subjects(box) == {BUYER: "Paid: your order for Open Tech Summit"}
    assert [*papers(box.mails[0])] == [f"invoice-{IDENTIFIERS[2]}.pdf"]


def test_what_costs_nothing_comes_with_tickets_and_no_invoice(post: Post, box: Postbox) -> None:
    post.happen(OrderCompleted(order_id=1))
    mail = to(box, BUYER)
    assert mail.subject == "Your tickets to Open Tech Summit"
    assert [*papers(mail)] == [f"tickets-{IDENTIFIERS[1]}.pdf"]
    assert "paid" not in mail.text


def test_what_is_sold_at_the_door_is_told_to_nobody(post: Post, box: Postbox) -> None:
    post.query("UPDATE orders SET user_id = NULL WHERE id = 1")
    post.query("UPDATE attendees SET email = NULL, user_id = NULL WHERE order_id = 1")
    post.happen(OrderCompleted(order_id=1))
    assert box.mails == []


@pytest.mark.parametrize(
    ("language", "subject", "amount"),
    [
        ("de", "Deine Bestellung für Open Tech Summit", "78,00\N{NO-BREAK SPACE}€"),
        ("ar", "طلبك لفعالية ⁨Open Tech Summit⁩", "78.00"),
    ],
)
def test_buyers_read_their_own_language_and_guests_the_buyers(
    post: Post, box: Postbox, language: str, subject: str, amount: str
) -> None:
    post.query(SPEAKS[language])
    post.happen(OrderPlaced(order_id=2))
    mail = to(box, BUYER)
    assert (mail.subject, mail.language) == (subject, language)
    assert amount in mail.text
    assert to(box, "ida@example.net").language == language
    assert to(box, "owner@example.org").subject == "New order for Open Tech Summit"


def test_organizers_can_do_without_and_the_mail_is_off_where_admins_say_so(
    post: Post, box: Postbox
) -> None:
    post.query("UPDATE email_notifications SET after_ticket_purchase = false WHERE user_id = 4")
    off = "UPDATE message_settings SET enabled = false WHERE action = 'ticket_purchased_attendee'"
    post.query(off)
    post.happen(OrderPlaced(order_id=2))
    assert subjects(box).keys() == {BUYER, *RUNNING} - {"organizer@example.org"}
    unsubscribe = to(box, "owner@example.org").unsubscribe_url
    assert unsubscribe.startswith("https://api.example/v1/unsubscribe/")
    assert to(box, BUYER).unsubscribe_url == ""


def test_tickets_of_an_order_that_was_cancelled_meanwhile_are_not_sent(
    post: Post, box: Postbox
) -> None:
    box.refusal = ConnectionRefusedError("no mail server")
    with pytest.raises(ConnectionRefusedError):
        post.happen(OrderPlaced(order_id=2))
    post.query(CANCEL)
    box.refusal = None
    post.happen()
    assert all(not mail.attachments for mail in box.mails)
    assert {mail.refused for mail in post.stored() if mail.papers} == {"it is no longer wanted"}


def test_a_cancelled_order_is_told_to_all_who_have_a_ticket(post: Post, box: Postbox) -> None:
    post.query(CANCEL)
    post.query("UPDATE attendees SET deleted_at = now() WHERE order_id = 2")
    post.happen(OrderCancelled(order_id=2), times=2)
    assert subjects(box) == {
        BUYER: "Cancelled: your order for Open Tech Summit",
        "ida@example.net": "Cancelled: your ticket to Open Tech Summit",
        **dict.fromkeys(RUNNING, "Cancelled: an order for Open Tech Summit"),
    }
    assert "> The hall < the fire." in to(box, BUYER).text
    assert "hall" not in to(box, "ida@example.net").text


def test_who_is_removed_from_an_order_is_told_and_not_again_with_the_others(
    post: Post, box: Postbox
) -> None:
    post.query("UPDATE attendees SET deleted_at = now(), email = 'jo@example.net' WHERE id = 5")
    post.happen(AttendeeRemoved(attendee_id=5, order_id=2), times=2)
    assert subjects(box) == {"jo@example.net": "Cancelled: your ticket to Open Tech Summit"}
    box.mails.clear()
    post.query(CANCEL)
    post.query("UPDATE attendees SET deleted_at = now() WHERE id IN (3, 4)")
    post.happen(OrderCancelled(order_id=2))
    assert {"jo@example.net", "ida@example.net"} & subjects(box).keys() == {"ida@example.net"}


def test_an_order_that_never_sold_anything_is_cancelled_in_silence(
    client: Any, post: Post, box: Postbox
) -> None:
    sent = document("order", 3, {"status": "cancelled"})
    assert client.patch("/v1/orders/3", sent, as_="other-owner").status_code == 200
    post.happen()
    assert box.mails == []


def test_a_ticket_that_is_issued_anew_goes_to_who_comes_or_who_bought(
    post: Post, box: Postbox
) -> None:
    post.query("INSERT INTO passes (attendee_id, revision) VALUES (4, 2), (5, 2)")
    for attendee in (4, 5):  # without an address
        post.happen(PassReissued(attendee_id=attendee, order_id=2), times=2)
    assert subjects(box) == dict.fromkeys(
        ("ida@example.net", BUYER), "A new ticket to Open Tech Summit"
    )
    ((page,),) = papers(to(box, BUYER)).values()
    assert "Jonas" in page
    assert "Issue 2" in page


def test_a_seat_that_goes_to_somebody_else_gets_another_ticket(
    client: Any, post: Post, box: Postbox
) -> None:
    def patch(attendee: int, as_: str = "organizer", **values: Any) -> None:
        sent = document("attendee", attendee, values)
        assert client.patch(f"/v1/attendees/{attendee}", sent, as_=as_).status_code == 200
        post.happen(times=2)

    patch(4, firstname="Ida", lastname="Lund", email="ida@example.net", city="Malmö")
    patch(6, as_="other-owner", firstname="Nora")  # nothing is sold there yet
    assert box.mails == []
    patch(4, firstname="Bo", email="bo@example.net")
    (mail,) = box.mails
    assert (mail.recipient, mail.subject) == ("bo@example.net", "A new ticket to Open Tech Summit")
    ((page,),) = papers(mail).values()
    assert "Bo Lund" in page
    assert "Issue 2" in page
    assert post.query("SELECT attendee_id, revision FROM passes") == [(4, 2)]


def refunded(post: Post, status: str, *, automatic: bool = False) -> int:
    """Return a refund of 25 EUR of order 2."""
    ((id_,),) = post.query(REFUND.format(status, automatic))
    return int(id_)


def test_money_that_is_back_is_told_to_the_buyer_once(post: Post, box: Postbox) -> None:
    made = RefundMade(refund_id=refunded(post, "succeeded"), order_id=2)
    post.happen(made, made, times=2)
    assert subjects(box) == {BUYER: "Your money back for Open Tech Summit"}
    assert "you get €25.00 back" in box.mails[0].text
    assert "> Rained off" in box.mails[0].text


@pytest.mark.parametrize(
    ("was_paid", "said", "words"),
    [
        (False, "Your payment for Open Tech Summit came too late", "You have no tickets."),
        (True, "You paid twice for Open Tech Summit", "Your tickets are good."),
    ],
)
def test_whose_payment_is_sent_back_is_told_why_and_nothing_else(
    post: Post, box: Postbox, was_paid: bool, said: str, words: str
) -> None:
    refund = refunded(post, "succeeded", automatic=True)
    back = LatePaymentReturned(order_id=2, was_paid=was_paid)
    post.happen(back, RefundMade(refund_id=refund, order_id=2), times=2)
    assert subjects(box) == {BUYER: said}
    assert "€78.00" in box.mails[0].text
    assert words in box.mails[0].text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Money could not be given back: Open Tech Summit", "> No such card"),
        ("A payment that fits no order: Open Tech Summit", "a payment of $100.00 (pi_9)"),
    ],
)
def test_those_who_run_the_event_hear_of_money_that_they_have_to_look_after(
    post: Post, box: Postbox, said: str, words: str
) -> None:
    events: dict[str, DomainEvent] = {
        "M": RefundFailed(refund_id=refunded(post, "failed"), order_id=2),
        "A": PaymentUnmatched(order_id=2, intent_id="pi_9", amount="100", currency="USD"),
    }
    post.happen(events[said[0]], times=2)
    assert subjects(box) == dict.fromkeys(RUNNING, said)
    assert words in box.mails[0].text


def test_an_organizer_gets_the_monthly_invoice(post: Post, box: Postbox) -> None:
    post.happen(EventInvoiceIssued(event_invoice_id=1), EventInvoiceIssued(event_invoice_id=1))
    (mail,) = box.mails
    ((name, (page,)),) = papers(mail).items()
    assert name.startswith("invoice-202512U-00000")
    assert mail.subject == f"Invoice {name[8:-4]} for Open Tech Summit"
    assert "Service fee for ticket sales" in page


def test_jobs_about_orders_that_are_gone_return_quietly(post: Post, box: Postbox) -> None:
    post.query("UPDATE events SET deleted_at = now() WHERE id = 1")
    for order in (2, 999_999):
        post.happen(
            TicketsIssued(order_id=order, revision=1),
            OrderCancelled(order_id=order),
            PassReissued(attendee_id=4, order_id=order),
            LatePaymentReturned(order_id=order, was_paid=False),
            PaymentUnmatched(order_id=order, intent_id="pi_9", amount="1", currency="EUR"),
        )
    post.happen(
        RefundMade(refund_id=9, order_id=2),
        RefundFailed(refund_id=9, order_id=2),
        EventInvoiceIssued(event_invoice_id=1),
        EventInvoiceIssued(event_invoice_id=99),
    )
    assert box.mails == []
