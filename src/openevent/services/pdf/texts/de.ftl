### Was Papiere auf Deutsch sagen.

form-day = d. MMMM y
form-moment = EEEE, d. MMMM y, HH:mm
form-time = d. MMM y, HH:mm
period = { $from } bis { $until } ({ $zone })

## Tickets

tickets-title = Tickets für { $event }
issue = Ausgabe { $number }
free = kostenlos
online = Online
tickets =
    .attendee = Teilnehmer:in
    .ticket = Ticket
    .price = Preis
    .place = Ort
    .organizer = Veranstaltet von
    .order = Bestellung
    .offline = Für Scanner ohne Netz
    .advice = Zeige am Eingang den großen Code. Hat der Scanner keine Verbindung, beweist dieser hier von selbst, dass das Ticket echt ist. Zusammen lassen sie eine Person ein, einmal: Behalte beide für dich.

## Rechnungen

invoice =
    .title = Rechnung
    .from = Von
    .to = An
    .number = Nummer
    .date = Datum
    .due = Fällig
    .status = Stand
    .item = Posten
    .quantity = Menge
    .price = Preis
    .amount = Betrag
    .total = Summe
discount = Rabatt { $amount }
service-fee = Servicegebühr { $amount }
tax-included = darin { $tax }
tax-before = Vor Steuern
tax = Steuer
tax-id = Steuernummer { $id }
share = Servicegebühr für den Verkauf von Tickets
share-of = { $percent } % von { $revenue }, höchstens wie vereinbart
status =
    .open = zu bezahlen
    .due = fällig
    .paid = bezahlt
    .refunding = wird erstattet
    .refunded = erstattet
    .failed = Zahlung gescheitert
    .resolved = erledigt

## Listen

attendees = Teilnehmende
    .firstname = Vorname
    .lastname = Nachname
    .email = E-Mail
    .ticket-name = Ticket
    .order-status = Bestellung
    .is-checked-in = Da
orders = Bestellungen
    .identifier = Bestellung
    .user-email = Gekauft von
    .tickets-name = Tickets
    .amount = Betrag
    .payment-mode = Zahlung
    .status = Stand
sessions = Programmpunkte
    .title = Titel
    .speakers-name = Vortragende
    .track-name = Themenstrang
    .microlocation-name = Raum
    .starts-at = Beginn
    .state = Stand
speakers = Vortragende
    .name = Name
    .email = E-Mail
    .organisation = Organisation
    .country = Land
    .sessions-title = Programmpunkte
answers =
    .yes = ja
    .no = nein
order-states =
    .initializing = wird ausgefüllt
    .pending = wartet auf Zahlung
    .placed = bestellt
    .completed = abgeschlossen
    .cancelled = storniert
    .expired = verfallen
session-states =
    .draft = Entwurf
    .pending = eingereicht
    .accepted = angenommen
    .confirmed = zugesagt
    .rejected = abgelehnt
    .canceled = abgesagt
    .withdrawn = zurückgezogen
