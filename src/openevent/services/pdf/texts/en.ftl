### What papers say in English, the language of last resort.
###
### form-... are how days and times are written (Unicode TR 35, Date Format Patterns).

form-day = d MMMM y
form-moment = EEEE, d MMMM y, HH:mm
form-time = d MMM y, HH:mm
period = { $from } to { $until } ({ $zone })

## Tickets

tickets-title = Tickets to { $event }
issue = Issue { $number }
free = free
online = Online
tickets =
    .attendee = Attendee
    .ticket = Ticket
    .price = Price
    .place = Place
    .organizer = Organized by
    .order = Order
    .offline = For scanners without network
    .advice = Show the large code at the door. If the scanner has no connection, this one proves by itself that the ticket is real. Together they let one person in, once: keep both to yourself.

## Invoices

invoice =
    .title = Invoice
    .from = From
    .to = To
    .number = Number
    .date = Date
    .due = Due
    .status = Status
    .item = Item
    .quantity = Quantity
    .price = Price
    .amount = Amount
    .total = Total
discount = discount { $amount }
service-fee = service fee { $amount }
tax-included = of which { $tax }
tax-before = Before tax
tax = Tax
tax-id = Tax ID { $id }
share = Service fee for ticket sales
share-of = { $percent } % of { $revenue }, at most as agreed
status =
    .open = to be paid
    .due = due
    .paid = paid
    .refunding = being refunded
    .refunded = refunded
    .failed = payment failed
    .resolved = resolved

## Lists

attendees = Attendees
    .firstname = First name
    .lastname = Last name
    .email = E-mail
    .ticket-name = Ticket
    .order-status = Order
    .is-checked-in = In
orders = Orders
    .identifier = Order
    .user-email = Buyer
    .tickets-name = Tickets
    .amount = Amount
    .payment-mode = Payment
    .status = Status
sessions = Sessions
    .title = Title
    .speakers-name = Speakers
    .track-name = Track
    .microlocation-name = Room
    .starts-at = Begins
    .state = State
speakers = Speakers
    .name = Name
    .email = E-mail
    .organisation = Organisation
    .country = Country
    .sessions-title = Sessions
answers =
    .yes = yes
    .no = no
order-states =
    .initializing = being filled in
    .pending = pending
    .placed = placed
    .completed = completed
    .cancelled = cancelled
    .expired = expired
session-states =
    .draft = draft
    .pending = pending
    .accepted = accepted
    .confirmed = confirmed
    .rejected = rejected
    .canceled = canceled
    .withdrawn = withdrawn
