### What mails and notifications say in English, the language of last resort.
###
### A message is a kind of mail: .subject, .body (blank lines part paragraphs), and where
### there are any .button (the label of its link) and .after (what stands below the rest).

greeting = Hello { $name },
greeting-nobody = Hello,
open = Open
code = The code is
footer = Open Event wrote this because of your account. Nobody reads replies.
footer-answer = Open Event passed this on. Your reply goes to the person who wrote it.
footer-nobody = Open Event wrote this. Nobody reads replies.
unsubscribe = No more mails of this kind
unsubscribe-page =
    .ask = Do you want no more mails of this kind?
    .done = You will get no more mails of this kind.

## Accounts

user-confirmation =
    .subject = Confirm your address
    .body = please confirm that this is your address.
    .button = Confirm my address
    .after =
        The code works once, for a day.

        If you have no account here, somebody mistyped their address: ignore this mail.
user-change-email =
    .subject = The address of your account has changed
    .body = the address of your account is now { $new_email }. Mails go there from now on.
    .after = If it was not you, tell the people who run this server.
password-reset =
    .subject = Set a new password
    .body = somebody, most likely you, wants to set a new password for your account.
    .button = Set a new password
    .after =
        The code works once, for an hour.

        If it was not you, ignore this mail: your password stays as it is.
password-change =
    .subject = Your password was changed
    .body = the password of your account was changed, and everybody who was logged in with it is logged out.
    .after = If it was not you, set a new password at once.
test-mail =
    .subject = A test mail
    .body = an administrator wanted to see whether mails arrive. This one did.

## Roles on an event

event-role =
    .subject = You are { $role } of { $event }
    .body = you are now { $role } of { $event }.
    .button = Open the event
event-role-invite =
    .subject = You are invited to be { $role } of { $event }
    .body = you are invited to be { $role } of { $event }.
    .button = Answer the invitation
    .after = The code works once. Log in, or register, with this address to accept.
event-role-accepted =
    .subject = { $person } is now { $role } of { $event }
    .body = { $person } accepted the invitation and is now { $role } of { $event }.
event-role-removed =
    .subject = You are no longer { $role } of { $event }
    .body = you are no longer { $role } of { $event }.

## Events

event-published =
    .subject = { $event } is published
    .body = { $event } is published: everybody can see it now. It begins { $starts }.
    .button = Open the event
event-changed =
    .subject = { $event }: when or where has changed
    .body =
        { $event } has changed.

        It begins { $starts } and ends { $ends }.

        Where: { $place }
    .button = Open the event
announce-event =
    .subject = { $group } announces { $event }
    .body =
        { $group }, which you follow, announces { $event }.

        It begins { $starts }.
    .button = Open the event
contact-organizers =
    .subject = A question about { $event }
    .body = { $person } ({ $email }) asks those who organise { $event }:
contact-organizers-copy =
    .subject = Your question about { $event }
    .body = you asked those who organise { $event }:
contact-group-organizers =
    .subject = A question about { $group }
    .body = { $person } ({ $email }) asks those who organise { $group }:
contact-group-organizers-copy =
    .subject = Your question about { $group }
    .body = you asked those who organise { $group }:
group-role =
    .subject = You are invited to be { $role } of { $group }
    .body = you are invited to be { $role } of the group { $group }.
    .button = Answer the invitation
    .after = The code works once. Log in, or register, with this address to accept.

## The programme

new-session =
    .subject = New session for { $event }: { $session }
    .body = the session “{ $session }” was submitted for { $event }.
    .button = Open the session
session-accepted =
    .subject = Accepted: { $session }
    .body = good news: your session “{ $session }” is accepted for { $event }.
    .button = Open the session
session-rejected =
    .subject = Not accepted: { $session }
    .body = your session “{ $session }” was not accepted for { $event }. Thank you for proposing it.
    .button = Open the session
session-confirmed =
    .subject = Confirmed: { $session }
    .body = your session “{ $session }” is confirmed for { $event }.
    .button = Open the session
session-canceled =
    .subject = Cancelled: { $session }
    .body = your session “{ $session }” for { $event } is cancelled.
    .button = Open the session
session-withdrawn =
    .subject = Withdrawn: { $session }
    .body = the session “{ $session }” for { $event } is withdrawn.
    .button = Open the session
session-schedule =
    .subject = When and where: { $session }
    .body =
        your session “{ $session }” at { $event } has a place in the schedule.

        It begins { $starts } and ends { $ends }.

        Room: { $place }
    .button = Open the session
session-unscheduled =
    .subject = Without a place: { $session }
    .body = your session “{ $session }” at { $event } has no place in the schedule at the moment.
    .button = Open the session
session-notify =
    .subject = { $event }: { $session }
    .body = about the session “{ $session }” of { $event }:
speaker-invite =
    .subject = You are invited to speak at { $event }
    .body = you are invited to be a speaker of the session “{ $session }” at { $event }.
    .button = Answer the invitation
    .after = Log in, or register, with this address to accept.
speaker-invite-accepted =
    .subject = { $person } speaks in { $session }
    .body = { $person } accepted your invitation to be a speaker of the session “{ $session }” at { $event }.

## Tickets

order-placed =
    .subject = Your order for { $event }
    .body =
        your order for { $event } is placed. Please pay { $amount }.

        Order: { $order }. Tickets: { $count }.

        It begins { $starts }.
    .button = Open the order
    .after = The tickets and the invoice are attached. Name the order when you pay.
order-paid =
    .subject = Paid: your order for { $event }
    .body =
        your payment for { $event } has arrived: { $amount }. The tickets that you have are good.

        Order: { $order }. Tickets: { $count }.

        It begins { $starts }.
    .button = Open the order
    .after = The invoice is attached.
ticket-purchased =
    .subject = Your tickets to { $event }
    .body =
        your order for { $event } is complete. You paid { $amount }.

        Order: { $order }. Tickets: { $count }.

        It begins { $starts }.
    .button = Open the order
    .after = The tickets and the invoice are attached. The codes on a ticket let one person in, once: keep them to yourself.
ticket-purchased-free =
    .subject = Your tickets to { $event }
    .body =
        your order for { $event } is complete.

        Order: { $order }. Tickets: { $count }.

        It begins { $starts }.
    .button = Open the order
    .after = The tickets are attached. The codes on a ticket let one person in, once: keep them to yourself.
ticket-purchased-attendee =
    .subject = Your ticket to { $event }
    .body =
        you have a ticket to { $event }.

        It begins { $starts }.
    .after = The ticket is attached. The codes on it let one person in, once: keep them to yourself.
ticket-reissued =
    .subject = A new ticket to { $event }
    .body =
        the ticket of { $attendee } to { $event } was issued anew.

        It begins { $starts }.
    .after = The new ticket is attached. The one before does not let anybody in any more.
ticket-purchased-organizer =
    .subject = New order for { $event }
    .body =
        { $person } ordered tickets to { $event }.

        Order: { $order }. Tickets: { $count }. Total: { $amount }.
    .button = Open the orders
ticket-cancelled =
    .subject = Cancelled: your order for { $event }
    .body = your order { $order } for { $event } is cancelled. Its tickets do not let anybody in any more.
ticket-cancelled-attendee =
    .subject = Cancelled: your ticket to { $event }
    .body = your ticket to { $event } is cancelled. It does not let anybody in any more.
ticket-cancelled-organizer =
    .subject = Cancelled: an order for { $event }
    .body = order { $order } for { $event } is cancelled. Tickets that are free again: { $count }.
    .button = Open the orders

## Money

order-refunded =
    .subject = Your money back for { $event }
    .body = you get { $amount } back of what you paid for order { $order } of { $event }. With a card, it takes a few days until your bank shows it.
    .button = Open the order
late-payment-returned =
    .subject = Your payment for { $event } came too late
    .body =
        you paid { $amount } for order { $order } of { $event }, but its time was over and its tickets are gone. You have no tickets.

        The money goes back to you the way it came. You need not do anything.
    .button = Open the order
double-payment-returned =
    .subject = You paid twice for { $event }
    .body =
        order { $order } of { $event } was paid already when { $amount } came once more. Your tickets are good.

        What you paid twice goes back to you the way it came. You need not do anything.
    .button = Open the order
refund-failed =
    .subject = Money could not be given back: { $event }
    .body = { $amount } of order { $order } of { $event } could not be given back to the buyer:
    .button = Open the order
    .after = Give it back in another way.
payment-unmatched =
    .subject = A payment that fits no order: { $event }
    .body = a payment of { $amount } ({ $payment }) names order { $order } of { $event }, but it is not what that order costs, or came to another account. It was not counted as paid.
    .button = Open the order
    .after = Look the payment up at Stripe, and give it back there if it is not yours.
monthly-payment =
    .subject = Invoice { $number } for { $event }
    .body = for the tickets that { $event } sold, { $amount } are due until { $due }.
    .button = Open the invoice
    .after = The invoice is attached.
