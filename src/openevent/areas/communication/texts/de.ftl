### Was E-Mails und Benachrichtigungen auf Deutsch sagen.

greeting = Hallo { $name },
greeting-nobody = Hallo,
open = Öffne
code = Der Code ist
footer = Open Event schreibt dies wegen deines Kontos. Antworten liest niemand.
footer-answer = Open Event leitet dies weiter. Deine Antwort geht an die Person, die es geschrieben hat.
footer-nobody = Open Event hat dies geschrieben. Antworten liest niemand.
unsubscribe = Keine weiteren E-Mails dieser Art
unsubscribe-page =
    .ask = Möchtest du keine weiteren E-Mails dieser Art?
    .done = Du bekommst keine weiteren E-Mails dieser Art.

## Konten

user-confirmation =
    .subject = Bestätige deine Adresse
    .body = bitte bestätige, dass dies deine Adresse ist.
    .button = Meine Adresse bestätigen
    .after =
        Der Code gilt einmal und einen Tag lang.

        Wenn du hier kein Konto hast, hat sich jemand bei der Adresse vertippt: Beachte diese E-Mail nicht weiter.
user-change-email =
    .subject = Die Adresse deines Kontos hat sich geändert
    .body = die Adresse deines Kontos ist jetzt { $new_email }. E-Mails gehen von nun an dorthin.
    .after = Wenn du das nicht warst, sage es den Betreibern dieses Servers.
password-reset =
    .subject = Setze ein neues Passwort
    .body = jemand, höchstwahrscheinlich du, möchte ein neues Passwort für dein Konto setzen.
    .button = Neues Passwort setzen
    .after =
        Der Code gilt einmal und eine Stunde lang.

        Wenn du das nicht warst, beachte diese E-Mail nicht weiter: Dein Passwort bleibt, wie es ist.
password-change =
    .subject = Dein Passwort wurde geändert
    .body = das Passwort deines Kontos wurde geändert, und alle, die damit angemeldet waren, sind abgemeldet.
    .after = Wenn du das nicht warst, setze sofort ein neues Passwort.
test-mail =
    .subject = Eine Test-E-Mail
    .body = jemand aus der Verwaltung wollte sehen, ob E-Mails ankommen. Diese ist angekommen.

## Rollen bei einer Veranstaltung

event-role =
    .subject = Deine Rolle bei { $event }: { $role }
    .body = du hast jetzt bei { $event } die Rolle { $role }.
    .button = Veranstaltung öffnen
event-role-invite =
    .subject = Einladung zu { $event } als { $role }
    .body = du bist eingeladen, bei { $event } die Rolle { $role } zu übernehmen.
    .button = Einladung beantworten
    .after = Der Code gilt einmal. Melde dich mit dieser Adresse an oder registriere dich mit ihr, um anzunehmen.
event-role-accepted =
    .subject = { $person } hat jetzt bei { $event } die Rolle { $role }
    .body = { $person } hat die Einladung angenommen und hat jetzt bei { $event } die Rolle { $role }.
event-role-removed =
    .subject = Du hast bei { $event } nicht mehr die Rolle { $role }
    .body = du hast bei { $event } nicht mehr die Rolle { $role }.

## Veranstaltungen

event-published =
    .subject = { $event } ist veröffentlicht
    .body = { $event } ist veröffentlicht und jetzt für alle zu sehen. Beginn: { $starts }.
    .button = Veranstaltung öffnen
event-changed =
    .subject = { $event }: Zeit oder Ort haben sich geändert
    .body =
        { $event } hat sich geändert.

        Beginn: { $starts }. Ende: { $ends }.

        Ort: { $place }
    .button = Veranstaltung öffnen
announce-event =
    .subject = { $group } kündigt { $event } an
    .body =
        { $group }, der du folgst, kündigt { $event } an.

        Beginn: { $starts }.
    .button = Veranstaltung öffnen
contact-organizers =
    .subject = Eine Frage zu { $event }
    .body = { $person } ({ $email }) fragt alle, die { $event } organisieren:
contact-organizers-copy =
    .subject = Deine Frage zu { $event }
    .body = du hast alle, die { $event } organisieren, gefragt:
contact-group-organizers =
    .subject = Eine Frage zu { $group }
    .body = { $person } ({ $email }) fragt alle, die { $group } organisieren:
contact-group-organizers-copy =
    .subject = Deine Frage zu { $group }
    .body = du hast alle, die { $group } organisieren, gefragt:
group-role =
    .subject = Einladung zu { $group } als { $role }
    .body = du bist eingeladen, in der Gruppe { $group } die Rolle { $role } zu übernehmen.
    .button = Einladung beantworten
    .after = Der Code gilt einmal. Melde dich mit dieser Adresse an oder registriere dich mit ihr, um anzunehmen.

## Das Programm

new-session =
    .subject = Neuer Vortrag für { $event }: { $session }
    .body = der Vortrag „{ $session }“ wurde für { $event } eingereicht.
    .button = Vortrag öffnen
session-accepted =
    .subject = Angenommen: { $session }
    .body = eine gute Nachricht: Dein Vortrag „{ $session }“ ist für { $event } angenommen.
    .button = Vortrag öffnen
session-rejected =
    .subject = Nicht angenommen: { $session }
    .body = dein Vortrag „{ $session }“ wurde für { $event } nicht angenommen. Danke, dass du ihn vorgeschlagen hast.
    .button = Vortrag öffnen
session-confirmed =
    .subject = Bestätigt: { $session }
    .body = dein Vortrag „{ $session }“ ist für { $event } bestätigt.
    .button = Vortrag öffnen
session-canceled =
    .subject = Abgesagt: { $session }
    .body = dein Vortrag „{ $session }“ für { $event } ist abgesagt.
    .button = Vortrag öffnen
session-withdrawn =
    .subject = Zurückgezogen: { $session }
    .body = der Vortrag „{ $session }“ für { $event } ist zurückgezogen.
    .button = Vortrag öffnen
session-schedule =
    .subject = Zeit und Raum: { $session }
    .body =
        dein Vortrag „{ $session }“ bei { $event } hat einen Platz im Programm.

        Beginn: { $starts }. Ende: { $ends }.

        Raum: { $place }
    .button = Vortrag öffnen
session-unscheduled =
    .subject = Ohne Platz: { $session }
    .body = dein Vortrag „{ $session }“ bei { $event } hat zurzeit keinen Platz im Programm.
    .button = Vortrag öffnen
session-notify =
    .subject = { $event }: { $session }
    .body = es geht um den Vortrag „{ $session }“ von { $event }:
speaker-invite =
    .subject = Einladung, bei { $event } zu sprechen
    .body = du bist eingeladen, bei { $event } im Vortrag „{ $session }“ zu sprechen.
    .button = Einladung beantworten
    .after = Melde dich mit dieser Adresse an oder registriere dich mit ihr, um anzunehmen.
speaker-invite-accepted =
    .subject = { $person } spricht in { $session }
    .body = { $person } hat deine Einladung angenommen, bei { $event } im Vortrag „{ $session }“ zu sprechen.

## Tickets

order-placed =
    .subject = Deine Bestellung für { $event }
    .body =
        deine Bestellung für { $event } ist eingegangen. Bitte bezahle { $amount }.

        Bestellung: { $order }. Tickets: { $count }.

        Beginn: { $starts }.
    .button = Bestellung öffnen
    .after = Die Tickets und die Rechnung hängen an. Gib bei der Zahlung die Bestellung an.
order-paid =
    .subject = Bezahlt: deine Bestellung für { $event }
    .body =
        deine Zahlung für { $event } ist angekommen: { $amount }. Die Tickets, die du hast, sind gültig.

        Bestellung: { $order }. Tickets: { $count }.

        Beginn: { $starts }.
    .button = Bestellung öffnen
    .after = Die Rechnung hängt an.
ticket-purchased =
    .subject = Deine Tickets für { $event }
    .body =
        deine Bestellung für { $event } ist abgeschlossen. Du hast { $amount } bezahlt.

        Bestellung: { $order }. Tickets: { $count }.

        Beginn: { $starts }.
    .button = Bestellung öffnen
    .after = Die Tickets und die Rechnung hängen an. Die Codes auf einem Ticket lassen eine Person ein, einmal: Behalte sie für dich.
ticket-purchased-free =
    .subject = Deine Tickets für { $event }
    .body =
        deine Bestellung für { $event } ist abgeschlossen.

        Bestellung: { $order }. Tickets: { $count }.

        Beginn: { $starts }.
    .button = Bestellung öffnen
    .after = Die Tickets hängen an. Die Codes auf einem Ticket lassen eine Person ein, einmal: Behalte sie für dich.
ticket-purchased-attendee =
    .subject = Dein Ticket für { $event }
    .body =
        du hast ein Ticket für { $event }.

        Beginn: { $starts }.
    .after = Das Ticket hängt an. Die Codes darauf lassen eine Person ein, einmal: Behalte sie für dich.
ticket-reissued =
    .subject = Ein neues Ticket für { $event }
    .body =
        das Ticket von { $attendee } für { $event } wurde neu ausgestellt.

        Beginn: { $starts }.
    .after = Das neue Ticket hängt an. Das vorige lässt niemanden mehr ein.
ticket-purchased-organizer =
    .subject = Neue Bestellung für { $event }
    .body =
        { $person } hat Tickets für { $event } bestellt.

        Bestellung: { $order }. Tickets: { $count }. Summe: { $amount }.
    .button = Bestellungen öffnen
ticket-cancelled =
    .subject = Storniert: deine Bestellung für { $event }
    .body = deine Bestellung { $order } für { $event } ist storniert. Ihre Tickets lassen niemanden mehr ein.
ticket-cancelled-attendee =
    .subject = Storniert: dein Ticket für { $event }
    .body = dein Ticket für { $event } ist storniert. Es lässt niemanden mehr ein.
ticket-cancelled-organizer =
    .subject = Storniert: eine Bestellung für { $event }
    .body = die Bestellung { $order } für { $event } ist storniert. Tickets, die wieder frei sind: { $count }.
    .button = Bestellungen öffnen

## Geld

order-refunded =
    .subject = Dein Geld zurück für { $event }
    .body = von dem, was du für die Bestellung { $order } von { $event } bezahlt hast, bekommst du { $amount } zurück. Bei Zahlung mit Karte dauert es ein paar Tage, bis deine Bank es zeigt.
    .button = Bestellung öffnen
late-payment-returned =
    .subject = Deine Zahlung für { $event } kam zu spät
    .body =
        du hast { $amount } für die Bestellung { $order } von { $event } bezahlt, aber ihre Zeit war abgelaufen und ihre Tickets sind vergeben. Du hast keine Tickets.

        Das Geld geht auf dem Weg zurück, auf dem es kam. Du musst nichts tun.
    .button = Bestellung öffnen
double-payment-returned =
    .subject = Doppelt bezahlt: { $event }
    .body =
        die Bestellung { $order } von { $event } war schon bezahlt, als { $amount } noch einmal kamen. Deine Tickets sind gültig.

        Was du doppelt bezahlt hast, geht auf dem Weg zurück, auf dem es kam. Du musst nichts tun.
    .button = Bestellung öffnen
refund-failed =
    .subject = Geld ließ sich nicht zurückgeben: { $event }
    .body = { $amount } der Bestellung { $order } von { $event } ließen sich nicht zurückgeben:
    .button = Bestellung öffnen
    .after = Gib das Geld auf einem anderen Weg zurück.
payment-unmatched =
    .subject = Eine Zahlung, die zu keiner Bestellung passt: { $event }
    .body = eine Zahlung über { $amount } ({ $payment }) nennt die Bestellung { $order } von { $event }, ist aber nicht, was diese Bestellung kostet, oder kam auf ein anderes Konto. Sie zählt nicht als bezahlt.
    .button = Bestellung öffnen
    .after = Sieh dir die Zahlung bei Stripe an, und gib sie dort zurück, wenn sie nicht deine ist.
monthly-payment =
    .subject = Rechnung { $number } für { $event }
    .body = für die Tickets, die { $event } verkauft hat, sind { $amount } fällig bis { $due }.
    .button = Rechnung öffnen
    .after = Die Rechnung hängt an.
