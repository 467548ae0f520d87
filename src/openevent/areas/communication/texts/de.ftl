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
