using System.Collections.Frozen;
using static VaultKit.Drafting.Phrases;

namespace VaultKit.Drafting;

/// <summary>German. The thing asked about keeps its case: each frame says it in the case in which it was asked.</summary>
static class PhrasesDe
{
    public static Phrases All { get; } = new()
    {
        Language = Drafting.Language.German,
        Requests = List("bitte, konnen sie, konnten sie, kannst du, konntest du, konnt ihr, konntet ihr, wurden sie, wurdest du, ich hatte gern, ich hatte gerne, wir hatten gern, "
            + "wir hatten gerne, ich mochte, wir mochten, ich brauche, wir brauchen, ich benotige, wir benotigen, wurde gern, wurde gerne, wurden gern, wurden gerne, "
            + "ich suche, wir suchen, ich wollte fragen, wollte fragen ob, interessiere mich fur, interessieren uns fur, schick mir, schicken sie, senden sie, sagen sie mir, "
            + "wir bitten um, ich bitte um, bitten wir um, bitte ich um, freue mich auf ihr angebot, wir warten, ich warte, lass mich wissen, teilen sie, ware es moglich, melde dich, ruf mich"),
        Courtesies = List("wenden sie sich, wende dich, wendet euch, in dringenden fallen, haben sie fragen, hast du fragen, noch fragen, fragen dazu, ist das nicht, wer hatte das gedacht, was will man mehr, bitte beachten, bitte entschuldigen, wie geht es, wie geht' s, wie gehts, bitte zogern sie nicht, zogern sie nicht, bei fragen, bei ruckfragen, bitte finden sie, "
            + "anbei, im anhang finden sie, bitte verzeihen, bitte denken sie an die umwelt, bitte nicht antworten, bitte haben sie verstandnis, bitte um verstandnis, "
            + "ich mochte mich bedanken, mochte mich herzlich bedanken, mochten uns bedanken, fur weitere fragen, bitte keine umstande, bitte grusen, entschuldigen sie bitte, ich brauche es, ich brauche sie, ich brauche ihn, wir brauchen es, wir brauchen sie"),
        Hellos = List("sehr geehrte~, liebe|lieber|liebes, hallo, guten tag, guten morgen, guten abend, hi, hey, moin, servus, gruzi, gruess gott, grus gott, werte|werter"),
        Closers = List("mit freundlichen, freundliche gruse, freundliche grusse, viele gruse, viele grusse, beste gruse, beste grusse, liebe gruse, liebe grusse, gruse, grusse, grus, gruss, lg, vg, mfg, "
            + "herzliche gruse, herzliche grusse, schone gruse, schone grusse, vielen dank, danke, besten dank, herzlichen dank, hochachtungsvoll, danke im voraus, bis bald, dein|deine, ihr|ihre"),
        Topics =
        [
            (Topic.Callback, List("ruckruf, zuruckrufen, ruckrufen, anrufen, ruf mich, rufen sie, rufst du, telefonieren, telefontermin, telefonat, anruf")),
            (Topic.Complaint, List("beschadigt~, defekt~, kaputt~, reklamation, reklamieren, beschwerde, enttauscht, mangel|mangelhaft, funktioniert nicht, funktionieren nicht, geht nicht, "
                + "falsche|falscher|falsches|falschen, fehlt|fehlen, zerbrochen, zerkratzt, undicht, unzufrieden, kratzer, umtauschen, geld zuruck, bruchig")),
            (Topic.Invoice, List("rechnung, rechnungen, bezahlt, bezahlen, uberwiesen, uberweisung, zahlung, zahlungserinnerung, mahnung, gutschrift, quittung, beleg, mwst, mehrwertsteuer, skonto, zahlungsziel, rechnungskopie")),
            (Topic.Price, List("preis, preise, preisliste, angebot, angebote, kostet, kosten, kostenvoranschlag, wie viel, wieviel, was kostet, rabatt, tarif, tarife, offerte, honorar, gebuhr, stundensatz")),
            (Topic.Document, List("datenblatt, datenblatter, broschure, katalog, kataloge, prospekt, zertifikat, zertifikate, vertrag, formular, kopie, pdf, unterlagen, dokument, dokumente, "
                + "zeichnung, zeichnungen, foto, fotos, bilder, anleitung, muster, agb, plan, plane, bescheinigung, prufbericht, nachweis, lieferschein, prasentation")),
            (Topic.Hours, List("offnungszeiten, geoffnet, offen, geschlossen, wann machen sie auf, machen sie auf, machen sie zu, wie lange haben sie")),
            (Topic.Place, List("ihre adresse, eure adresse, deine adresse, anschrift, wo finde, wo finden, anfahrt, parkplatz, parkplatze, parken, wo sind sie, wo seid ihr, wo befindet")),
            (Topic.Delivery, List("lieferung, liefern, lieferst, liefert, geliefert, lieferzeit, lieferzeiten, liefertermin, lieferdatum, versand, versendet, verschickt, sendung, paket, wann kommt, wann kommen, kommt an, ankommen, fertig, "
                + "bestellstatus, stand, wo bleibt, wie lange dauert, abholen, abholung, rechnen, unterwegs")),
            (Topic.Appointment, List("termin, termine, treffen, besprechung, besuch, besichtigung, vorbeikommen, reservieren, reservierung, buchen, buchung, verschieben, tisch fur, "
                + "zeit fur, passt ihnen, passt dir, passt es, einen termin, vor ort, terminvorschlag, beratungsgesprach")),
            (Topic.Availability, List("verfugbar, verfugbarkeit, vorratig, auf lager, lieferbar, noch frei, frei, freie, am lager, noch zu haben, noch da, platze, im sortiment, lagernd")),
            (Topic.Order, List("bestellen, bestellung, bestelle, kaufen, auftrag, ordern")),
        ],
        Frames =
        [
            new("was kostet *", Topic.Price, "[Sie haben|Du hast] gefragt, was {x} kostet: {{Preis}}."),
            new("was kosten *", Topic.Price, "[Sie haben|Du hast] gefragt, was {x} kosten: {{Preis}}."),
            new("was wurde * kosten", Topic.Price, "[Sie haben|Du hast] gefragt, was {x} kosten würde: {{Preis}}."),
            new("was wurden * kosten", Topic.Price, "[Sie haben|Du hast] gefragt, was {x} kosten würden: {{Preis}}."),
            new("wie viel kostet *", Topic.Price, "[Sie haben|Du hast] gefragt, wie viel {x} kostet: {{Preis}}."),
            new("wie viel kosten *", Topic.Price, "[Sie haben|Du hast] gefragt, wie viel {x} kosten: {{Preis}}."),
            new("wieviel kostet *", Topic.Price, "[Sie haben|Du hast] gefragt, wie viel {x} kostet: {{Preis}}."),
            new("wieviel kosten *", Topic.Price, "[Sie haben|Du hast] gefragt, wie viel {x} kosten: {{Preis}}."),
            new("angebot|offerte|kostenvoranschlag fur|uber *", Topic.Price, "Für {x} bieten wir [Ihnen|dir] an: {{Preis und Bedingungen}}."),
            new("preis|preise|preisliste|kosten|stundensatz fur *", Topic.Price, "Der Preis für {x}: {{Preis}}."),
            new("rabatt auf|fur *", Topic.Price, "Zum Rabatt auf {x}: {{ja oder nein, und wie viel}}."),
            new("wann wird * geliefert|verschickt|versendet", Topic.Delivery, "[Sie haben|Du hast] gefragt, wann {x} geliefert wird: {{Datum}}."),
            new("wann werden * geliefert|verschickt|versendet", Topic.Delivery, "[Sie haben|Du hast] gefragt, wann {x} geliefert werden: {{Datum}}."),
            new("wann ist * fertig", Topic.Delivery, "[Sie haben|Du hast] gefragt, wann {x} fertig ist: {{Datum}}."),
            new("wann sind * fertig", Topic.Delivery, "[Sie haben|Du hast] gefragt, wann {x} fertig sind: {{Datum}}."),
            new("wann kommt * an", Topic.Delivery, "[Sie haben|Du hast] gefragt, wann {x} ankommt: {{Datum}}."),
            new("wann kommt *", Topic.Delivery, "[Sie haben|Du hast] gefragt, wann {x} kommt: {{Datum}}."),
            new("wann kommen *", Topic.Delivery, "[Sie haben|Du hast] gefragt, wann {x} kommen: {{Datum}}."),
            new("wo bleibt *", Topic.Delivery, "[Sie haben|Du hast] gefragt, wo {x} bleibt: {{Stand und Liefertermin}}."),
            new("lieferzeit|lieferzeiten fur *", Topic.Delivery, "Die Lieferzeit für {x}: {{Lieferzeit}}."),
            new("liefertermin fur *", Topic.Delivery, "Der Liefertermin für {x}: {{Datum}}."),
            new("mit der lieferung * rechnen", Topic.Delivery, "Mit der Lieferung {x} können [Sie|du] rechnen: {{Datum}}."),
            new("mit * rechnen", Topic.Delivery, "Mit {x} [können Sie|kannst du] rechnen: {{Datum}}."),
            new("stand *", Topic.Delivery, "Zum Stand {x}: {{Stand und Liefertermin}}."),
            new("liefern sie|liefert ihr auch *", Topic.Delivery, "[Sie haben|Du hast] gefragt, ob wir auch {x} liefern: {{ja oder nein}}."),
            new("liefern sie *", Topic.Delivery, "[Sie haben|Du hast] gefragt, ob wir {x} liefern: {{ja oder nein}}."),
            new("lieferst du *", Topic.Delivery, "[Sie haben|Du hast] gefragt, ob wir {x} liefern: {{ja oder nein}}."),
            new("rechnung #", Topic.Invoice, "Zur Rechnung {x}: {{Auskunft}}."),
            new("rechnung nr|nummer #", Topic.Invoice, "Zur Rechnung {x}: {{Auskunft}}."),
            new("rechnung|rechnungskopie|quittung|gutschrift fur *", Topic.Invoice, "Zur Rechnung für {x}: {{Auskunft, oder Rechnung anhängen}}."),
            new("rechnung vom *", Topic.Invoice, "Zur Rechnung vom {x}: {{Auskunft}}."),
            new("schicken|senden|mailen|schick|schickst sie|du mir|uns *", Topic.Document, "Mit dieser Mail [bekommen Sie|bekommst du] {x}: {{anhängen, oder schreiben, wann es kommt}}."),
            new("schick|sende|mail mir|uns *", Topic.Document, "Mit dieser Mail [bekommen Sie|bekommst du] {x}: {{anhängen, oder schreiben, wann es kommt}}."),
            new("konnen|konnten|kannst|konntest|wurden|wurdest sie|du mir|uns * schicken|senden|zusenden|zukommen|mailen|zuschicken|geben", Topic.Document,
                "Mit dieser Mail [bekommen Sie|bekommst du] {x}: {{anhängen, oder schreiben, wann es kommt}}."),
            new("brauche|brauchen|benotige|benotigen *", Topic.Document, "Mit dieser Mail [bekommen Sie|bekommst du] {x}: {{anhängen, oder schreiben, wann es kommt}}."),
            new("haben|habt|hast sie|ihr|du noch * vorratig|frei|da|verfugbar", Topic.Availability, "[Sie haben|Du hast] gefragt, ob wir noch {x} haben: {{ja oder nein}}."),
            new("haben|habt|hast sie|ihr|du * vorratig|frei|verfugbar|da", Topic.Availability, "[Sie haben|Du hast] gefragt, ob wir {x} verfügbar haben: {{ja oder nein}}."),
            new("haben|habt|hast sie|ihr|du * auf|am lager", Topic.Availability, "[Sie haben|Du hast] gefragt, ob wir {x} auf Lager haben: {{ja oder nein}}."),
            new("ist * noch verfugbar|lieferbar|frei|vorratig|da", Topic.Availability, "[Sie haben|Du hast] gefragt, ob {x} noch zu haben ist: {{ja oder nein}}."),
            new("sind * noch verfugbar|lieferbar|frei|vorratig|da", Topic.Availability, "[Sie haben|Du hast] gefragt, ob {x} noch zu haben sind: {{ja oder nein}}."),
            new("ist * verfugbar|lieferbar|frei|vorratig", Topic.Availability, "[Sie haben|Du hast] gefragt, ob {x} verfügbar ist: {{ja oder nein}}."),
            new("sind * verfugbar|lieferbar|frei|vorratig", Topic.Availability, "[Sie haben|Du hast] gefragt, ob {x} verfügbar sind: {{ja oder nein}}."),
            new("termin|besprechung|treffen fur *", Topic.Appointment, "Für {x} schlagen wir vor: {{Datum und Uhrzeit}}."),
            new("termin|treffen zur *", Topic.Appointment, "Als Termin zur {x} schlagen wir vor: {{Datum und Uhrzeit}}."),
            new("termin|treffen zum *", Topic.Appointment, "Als Termin zum {x} schlagen wir vor: {{Datum und Uhrzeit}}."),
            new("mochte|mochten|wurde|wurden gern|gerne|hiermit * reservieren|buchen", Topic.Appointment, "[Ihre|Deine] Reservierung, {x}: {{bestätigt / leider nicht möglich}}."),
            new("mochte|mochten * reservieren|buchen", Topic.Appointment, "[Ihre|Deine] Reservierung, {x}: {{bestätigt / leider nicht möglich}}."),
            new("ruckruf|anruf wegen *", Topic.Callback, "[Sie haben|Du hast] um einen Anruf wegen {x} gebeten. Wir rufen [Sie|dich] an: {{Tag und Uhrzeit}}."),
            new("ruckruf|anruf zu *", Topic.Callback, "[Sie haben|Du hast] um einen Anruf zu {x} gebeten. Wir rufen [Sie|dich] an: {{Tag und Uhrzeit}}."),
            new("ruckruf|anruf zum *", Topic.Callback, "[Sie haben|Du hast] um einen Anruf zum {x} gebeten. Wir rufen [Sie|dich] an: {{Tag und Uhrzeit}}."),
            new("ruckruf|anruf zur *", Topic.Callback, "[Sie haben|Du hast] um einen Anruf zur {x} gebeten. Wir rufen [Sie|dich] an: {{Tag und Uhrzeit}}."),
            new("mochte|mochten|wurde|wurden gern|gerne * bestellen|kaufen", Topic.Order, "[Ihre|Deine] Bestellung, {x}: {{Bestätigung, Preis und Liefertermin}}."),
            new("mochte|mochten * bestellen|kaufen", Topic.Order, "[Ihre|Deine] Bestellung, {x}: {{Bestätigung, Preis und Liefertermin}}."),
            new("bestelle|bestellen hiermit *", Topic.Order, "[Ihre|Deine] Bestellung, {x}: {{Bestätigung, Preis und Liefertermin}}."),
        ],
        Quoted = new Dictionary<Topic, string>
        {
            [Topic.General] = "[Sie haben|Du hast] gefragt: „{q}“ {{Antwort}}",
            [Topic.Price] = "[Sie haben|Du hast] gefragt: „{q}“ Der Preis dafür: {{Preis}}.",
            [Topic.Appointment] = "Zum Termin („{q}“): {{Datum und Uhrzeit}}.",
            [Topic.Delivery] = "Zur Lieferung („{q}“): {{Liefertermin}}.",
            [Topic.Invoice] = "Zur Rechnung („{q}“): {{Auskunft}}.",
            [Topic.Document] = "[Sie haben|Du hast] geschrieben: „{q}“ {{anhängen, oder schreiben, wann es kommt}}",
            [Topic.Availability] = "[Sie haben|Du hast] gefragt: „{q}“ {{verfügbar: ja oder nein}}",
            [Topic.Callback] = "Zum gewünschten Anruf („{q}“): Wir rufen [Sie|dich] an, {{Tag und Uhrzeit}}.",
            [Topic.Complaint] = "[Sie schreiben|Du schreibst]: „{q}“ Das tut uns leid. {{was wir jetzt tun}}",
            [Topic.Hours] = "[Sie haben|Du hast] nach unseren Öffnungszeiten gefragt („{q}“): {{Öffnungszeiten}}.",
            [Topic.Place] = "[Sie haben|Du hast] gefragt, wie [Sie|du] zu uns [finden|findest] („{q}“): {{Adresse oder Weg}}.",
            [Topic.Order] = "Zu [Ihrer|deiner] Bestellung („{q}“): {{Bestätigung, Preis und Liefertermin}}.",
        }.ToFrozenDictionary(),
        Said = "[Sie haben|Du hast] geschrieben: „{q}“ {{Antwort}}",
        Proposed = "Zu [Ihrem|deinem] Vorschlag, {x}: {{passt / ein anderer Termin}}.",
        HoursAre = "[Sie haben|Du hast] nach unseren Öffnungszeiten gefragt: {h}",
        PlaceIs = "[Sie haben|Du hast] gefragt, wie [Sie|du] zu uns [finden|findest]: {h}",
        Thanks = new Dictionary<Topic, string>
        {
            [Topic.General] = "vielen Dank für [Ihre|deine] Nachricht{d}.",
            [Topic.Price] = "vielen Dank für [Ihre|deine] Anfrage{d}.",
            [Topic.Appointment] = "vielen Dank für [Ihre|deine] Nachricht{d} zum Termin.",
            [Topic.Delivery] = "vielen Dank für [Ihre|deine] Nachricht{d} zur Lieferung.",
            [Topic.Invoice] = "vielen Dank für [Ihre|deine] Nachricht{d} zur Rechnung.",
            [Topic.Availability] = "vielen Dank für [Ihre|deine] Anfrage{d}.",
            [Topic.Complaint] = "danke, dass [Sie|du] uns Bescheid [geben|gibst].",
            [Topic.Order] = "vielen Dank für [Ihre|deine] Bestellung{d}.",
        }.ToFrozenDictionary(),
        OfDate = " vom {d}",
        FormalHello = "Guten Tag {n},",
        FormalHelloNoName = "Guten Tag,",
        FamiliarHello = "Hallo {n},",
        FamiliarHelloNoName = "Hallo,",
        Further = "Ist noch etwas offen, [antworten Sie|antworte] einfach auf diese Mail. Wir melden uns {r}.",
        FurtherOther = "Ist noch etwas offen, [antworten Sie|antworte] einfach auf diese Mail (unsere übliche Antwortzeit: {r}).",
        FurtherPlain = "Ist noch etwas offen, [antworten Sie|antworte] einfach auf diese Mail.",
        TimeOpeners = List("innerhalb, binnen, in, am, bis, noch am, spatestens, im laufe, meist, immer, so schnell, werktags, zwischen"),
        FormalClosing = "Mit freundlichen Grüßen",
        FamiliarClosing = "Viele Grüße",
        More = "{{{n} weitere Fragen in der Mail}}",
        Months = Split("Januar, Februar, März, April, Mai, Juni, Juli, August, September, Oktober, November, Dezember"),
        DateForm = "{d}. {m} {y}",
        WroteOn = "Am {d} schrieb {n}:",
        Wrote = "{n} schrieb:",
        Sender = "der Absender",
        CutLines = ("[… eine weitere Zeile]", "[… {n} weitere Zeilen]"),
        Turned = new Dictionary<string, string>
        {
            ["mein"] = "[Ihr|dein]", ["meine"] = "[Ihre|deine]", ["meinen"] = "[Ihren|deinen]", ["meinem"] = "[Ihrem|deinem]", ["meiner"] = "[Ihrer|deiner]", ["meines"] = "[Ihres|deines]",
            ["unser"] = "[Ihr|euer]", ["unsere"] = "[Ihre|eure]", ["unseren"] = "[Ihren|euren]", ["unserem"] = "[Ihrem|eurem]", ["unserer"] = "[Ihrer|eurer]", ["unseres"] = "[Ihres|eures]",
            ["Ihr"] = "unser", ["Ihre"] = "unsere", ["Ihren"] = "unseren", ["Ihrem"] = "unserem", ["Ihrer"] = "unserer", ["Ihres"] = "unseres",
            ["dein"] = "unser", ["deine"] = "unsere", ["deinen"] = "unseren", ["deinem"] = "unserem", ["deiner"] = "unserer", ["deines"] = "unseres",
            ["euer"] = "unser", ["eure"] = "unsere", ["euren"] = "unseren", ["eurem"] = "unserem", ["eurer"] = "unserer",
        }.ToFrozenDictionary(),
        Persons = Set("ich mich mir wir uns du dich dir ihr sie ihnen euch er es ihn ihm ihre ihren ihrem ihrer man diese dieser dieses dies denn eigentlich sich daran dafur"),
        Ends = Set("bis bitte weil da damit wenn wann ob falls sobald danke vielen wo wie was vor per wegen inklusive"),
        Joiners = Set("und oder sowie"),
        Days = Set("montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag morgen ubermorgen januar februar marz april mai juni juli august september oktober november dezember "
            + "montagvormittag dienstagvormittag mittwochvormittag donnerstagvormittag freitagvormittag montagnachmittag dienstagnachmittag mittwochnachmittag donnerstagnachmittag freitagnachmittag wochenende"),
        DayParts = Set("am an um gegen ab den der dem nachsten nachste nachster kommenden kommende kommender diesen diese dieser oder vormittag nachmittag abend mittag fruh uhr ca zwischen nach vor halb woche von vormittags nachmittags abends morgens"),
        Familiar = Set("du dir dich dein deine deinen deinem deiner kannst hast bist euch euer eure euren konntest magst"),
        Formal = Set("ihnen geehrte geehrter geehrten"),
        Empty = Set("der die das und ist sind sie ihr ihre ihnen ich wir uns mir mich mit fur ein eine einen einer nicht auch auf zu zum von den dem im am an in bei bitte konnen konnten "
            + "kann haben hatte noch wie was wann ob oder es du dir dein deine danke sehr mochte mochten wurde wurden mein meine unser unsere uber nach aus als bis dass nur schon gerne "
            + "gern helfen hilfe sagen wissen meinen denken denkst meinst melden melde dich sich geben mal kurz etwas davon dazu daran alles ok gut so kannst bitten bitte bescheid rat "
            + "antwort ruckmeldung weiter weitere lassen lass zeit bald wieder mehr infos machen tun brauche brauchen da halten haltst"),
    };
}
