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
