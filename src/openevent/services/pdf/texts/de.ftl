### Was Papiere auf Deutsch sagen.

form-day = d. MMMM y
form-moment = EEEE, d. MMMM y, HH:mm
period = { $from } bis { $until } ({ $zone })

## Tickets

tickets-title = Tickets für { $event }
issue = Ausgabe { $number }
free = kostenlos
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
