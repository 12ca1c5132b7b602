using VaultKit.Mail;

namespace VaultKit.Drafting;

/// <summary>Mail of programs, in four languages: what kind it is where the header says that it is one, and that it is one where only its words say so. Words alone must be many, or plain.</summary>
static class Robots
{
    static readonly PhraseIndex Receipts = Phrases.List(
        "order confirmation, your order, order has shipped, has been shipped, has been dispatched, payment received, payment confirmation, your receipt, receipt for, your invoice is, thank you for your order, thanks for your order, your parcel, your delivery, "
        + "out for delivery, track your, bestellbestatigung, auftragsbestatigung, versandbestatigung, ihre bestellung, deine bestellung, vielen dank fur ihre bestellung, zahlungseingang, zahlungsbestatigung, zahlung erhalten, ihre rechnung zu, ihr paket, dein paket, "
        + "sendungsverfolgung, wurde versandt, ist unterwegs, ihre sendung, lieferschein, confirmation de commande, votre commande, confirmation de paiement, votre recu, votre facture est, votre colis, paiement recu, expedition de votre, a ete expediee, suivi de votre, "
        + "eintrittskarten, ihre eintrittskarte, ihre tickets, your tickets, your booking, booking confirmation, buchungsbestatigung, spendenbestatigung, zuwendungsbestatigung, beitrag erhalten, spende erhalten, confirmation de reservation, votre reservation, vos billets, "
        + "cotisation recue, recu de, confirmacion de reserva, su reserva, sus entradas, tus entradas, tu reserva, confirmacion de pedido, confirmacion de compra, su pedido, tu pedido, pago recibido, confirmacion de pago, recibo de, su recibo, ha sido enviado, tu paquete, su paquete, seguimiento de");

    static readonly PhraseIndex Ordered = Phrases.List("order, orders, bestellung, auftrag, lieferung, commande, livraison, pedido, envio, invoice, rechnung, facture, factura");

    static readonly PhraseIndex Confirmed = Phrases.List("confirm~, bestatig~, versand~, versendet, shipped, dispatched, received, eingegangen, expedi~, recue, recu, enviad~, recibid~, complete, completed");

    /// <summary>One of these and a question: perhaps a seller's, perhaps a swindler's. The owner looks at it, and no draft is wasted on it.</summary>
    static readonly PhraseIndex Pitches = Phrases.List(
        "download the, password below, shipper, my agent, credit card, by cheque, cashier, can i send, may i send, send you a proposal, case study, growing your, found your website, came across your website, looked at your website, "
        + "laden sie unsere, herunterladen, sicheren link, spediteur meines, mein spediteur, kreditkarte, per scheck, darf ich ihnen, darf ich dir, auf ihrer website, auf ihre website gestosen, ihre webseite angesehen, eure webseite angesehen, deine webseite angesehen, vorschlag schicken, ihre konkurrenz, mitbewerber, "
        + "telechargez, telecharger notre, telecharger nos, lien securise, mon transporteur, carte de credit, carte bancaire, par cheque, puis je vous envoyer, puis je vous presenter, votre site internet, votre site web, vos concurrents, concurrence, "
        + "descargue, descargar nuestra, descargar nuestras, enlace seguro, mi transportista, tarjeta de credito, con cheque, puedo enviarle, puedo mandarte, le puedo presentar, su pagina web, tu pagina web, tu competencia, su competencia, "
        + "marketing, agency, followers, leads, visibility, online presence, partnership opportunity, business opportunity, business proposal, mutual benefit, funding, loan, loans, investor, investors, invest, subsidy, franchise, export department, factory price, manufacturer, we are a manufacturer, "
        + "leading supplier, our catalogue, price list attached, staffing, recruitment, candidates, skilled workers, electricity tariff, energy contract, solar panels, phone contract, insurance offer, domain name, domain expires, trademark, customs fee, parcel fee, tax refund, unusual sign, "
        + "voicemail, shared a document, docusign, payment is pending, wire, western union, bank account details, your details, urgent reply, god bless, widow, charity, donation, diplomat, barrister, attorney at law, oil and gas, gold, special offer, exclusive, guaranteed, increase sales, grow your, "
        + "agentur, reichweite, sichtbarkeit, bewertungen kaufen, google bewertung, mehr auftrage, mehr umsatz, neue auftrage, kooperationsangebot, geschaftsvorschlag, geschaftsmoglichkeit, investor, investoren, kredit, darlehen, fordermittel, zuschuss, fachkrafte, leiharbeiter, personalvermittlung, "
        + "kandidaten, bewerberprofile, hersteller aus, grosshandel, fabrikpreis, katalog anbei, stromtarif, stromvertrag, solaranlage, photovoltaik, telefonvertrag, versicherungsvergleich, domain, marke verlangern, markenregister, zollgebuhr, steuerruckerstattung, ungewohnliche anmeldung, voicemail, "
        + "erfolgsgarantie, garantiert, exklusiv, sonderaktion, testen sie, jetzt testen, unverbindlich testen, gratis, kostenloses erstgesprach, kostenlose analyse, erstgesprach, digitalisierung, "
        + "agence, visibilite, prospects, clients qualifies, chantiers par mois, opportunite d' affaires, proposition d' affaires, investisseur, investisseurs, pret, financement, subvention, aide de l' etat, recrutement, interimaires, main d' oeuvre, candidats, fabricant, prix d' usine, grossiste, "
        + "catalogue joint, contrat d' electricite, panneaux solaires, mutuelle, assurance pro, nom de domaine, frais de douane, remboursement d' impot, connexion inhabituelle, messagerie vocale, garanti, exclusif, offre speciale, essai gratuit, don, veuve, orphelinat, notaire, compte bancaire, communication digitale, "
        + "agencia, visibilidad, seguidores, clientes potenciales, mas ventas, mas pedidos, en los mapas, oportunidad de negocio, propuesta de negocio, inversor, inversores, inversion, prestamo, financiacion, subvencion, kit digital, personal cualificado, trabajadores, candidatos, fabricante, precio de fabrica, "
        + "mayorista, catalogo adjunto, tarifa de luz, placas solares, nombre de dominio, tasa de aduana, devolucion de impuestos, inicio de sesion inusual, buzon de voz, garantizado, garantizada, exclusivo, oferta especial, prueba gratuita, donacion, viuda, notario, datos bancarios, redes sociales");

    /// <summary>How a letter begins that goes to many.</summary>
    static readonly PhraseIndex ToMany = Phrases.List(
        "dear customers, dear customer, dear members, dear friends, dear all, dear colleagues, dear partners, dear supplier, dear sir or madam, hi everyone, hello everyone, liebe kundinnen, liebe kunden, liebe mitglieder, liebe freunde, liebe freundinnen, liebe kolleginnen, liebe kollegen, "
        + "sehr geehrte kundinnen, sehr geehrte kunden, sehr geehrte mitglieder, liebe leserinnen, liebe leser, hallo zusammen, chers clients, chers adherents, chers amis, cheres amies, chers membres, cheres clientes, chers collegues, bonjour a tous, bonjour a toutes, "
        + "estimados clientes, estimadas clientas, queridos amigos, queridas amigas, estimados socios, estimados amigos, hola a todos, hola a todas, estimados proveedores");

    static readonly PhraseIndex Ways = Phrases.List(
        "unsubscribe, view in browser, view this email in your browser, view online, manage preferences, email preferences, update your preferences, you are receiving this, you received this email because, abmelden, abbestellen, newsletter abbestellen, "
        + "im browser ansehen, im browser offnen, online ansicht, sie erhalten diese, sie erhalten diesen, diesen newsletter, se desabonner, desabonnement, se desinscrire, desinscription, voir dans le navigateur, version en ligne, vous recevez cet, "
        + "austragen, wieder abbestellen, keine weiteren mails, keine lust mehr, dieser brief geht an, weil du dich, weil sie sich, pour ne plus la recevoir, pour ne plus, tu recois cette, vous recevez cette, parce que tu t' es, parce que vous etes inscrit, you signed up, "
        + "no longer wish to receive, te has suscrito, se ha suscrito, si no desea recibir, si ya no quieres, ne plus recevoir, darse de baja, darte de baja, cancelar suscripcion, cancelar la suscripcion, ver en el navegador, ver en navegador, recibes este, recibe este, dejar de recibir");

    static readonly PhraseIndex Away = Phrases.List(
        "no longer work at, no longer work for, i have left, mail to this address is, no longer with the company, no longer with us, no longer works, no longer employed, has left the company, have left the company, this mailbox is not monitored, nicht mehr im unternehmen, nicht mehr bei uns, nicht mehr fur uns tatig, ausgeschieden, postfach wird nicht, "
        + "ne fait plus partie, ne travaille plus, a quitte l' entreprise, a quitte la societe, boite n' est plus, ya no trabaja, no trabaja ya, ha dejado la empresa, buzon no se, out of office, out of the office, i am currently away, on annual leave, on vacation until, on holiday until, limited access to email, limited access to my email, will reply when i return, when i am back, automatic reply, "
        + "nicht im buro, nicht im haus, abwesend, abwesenheit, erst wieder erreichbar, ab dem * wieder, wird nicht weitergeleitet, nicht weitergeleitet, automatische antwort, "
        + "bin wieder da, mutterschutz, elternzeit, im krankenstand, betriebsurlaub, betriebsferien, ihre anfrage ist, ihre anfrage erhalten, ihre nachricht erhalten, ihre e mail erhalten, "
        + "eingangsbestatigung, vorgangsnummer, ticketnummer, we have received your, your request has been received, ticket number, i will be back, back in the office, back at my desk, on parental leave, on maternity leave, "
        + "nous avons bien recu votre, votre demande a bien ete, numero de dossier, je serai de retour, serai absent, serai absente, serai de nouveau, en arret, conge maternite, fermee pour conges, fermes pour conges, "
        + "hemos recibido su, hemos recibido tu, su solicitud ha sido, numero de incidencia, no estare disponible, estoy de baja, cerrado por vacaciones, permiso de maternidad, "
        + "absent du bureau, absente du bureau, suis absent, suis absente, actuellement absent, actuellement absente, en vacances jusqu' au, de retour le, reponse automatique, fermeture annuelle, "
        + "fuera de la oficina, estoy ausente, estare ausente, de vacaciones, ausente hasta, a mi regreso, respuesta automatica, estare de vuelta");

    // In a person's mail too; two of them are a notice.
    static readonly PhraseIndex Gone = Phrases.List(
        "bin wieder, wieder da, nicht da, im urlaub, nicht erreichbar, ihre nachricht ist, wieder im buro, en vacances, de retour, en conge, en conges, de vacaciones, no estare, vuelvo el, estare fuera, on holiday, on vacation, i am away, i' m away, back on, back in, "
        + "until, bis zum, bis einschliesslich, jusqu' au, hasta el, ab dem");

    static readonly PhraseIndex Undelivered = Phrases.List(
        "undeliverable, undelivered, delivery has failed, delivery failed, delivery failure, could not be delivered, couldn' t be delivered, not delivered, returned to sender, unzustellbar, nicht zugestellt, nicht zustellbar, zustellung fehlgeschlagen, "
        + "n' a pas pu etre remis, n' a pas pu etre distribue, n' a pas ete remis, non remis, non distribue, echec de la remise, no se ha podido entregar, no se pudo entregar, no pudo ser entregado, no ha podido ser entregado, no entregado, error de entrega, mensaje no entregado");

    static readonly PhraseIndex Stories = Phrases.List(
        "secure link, download our, revert with your, "
        + "seo, search engine, search engines, first page of google, page one of google, google ranking, google rankings, backlink, backlinks, guest post, link building, web traffic, your website traffic, website redesign, redesign your website, lead generation, "
        + "qualified leads, your leads, digital marketing, mobile app development, explainer video, business loan, business loans, unsecured loan, investment opportunity, crypto, bitcoin wallet, beneficiary, next of kin, million dollars, million usd, "
        + "million euros, lottery, you have won, verify your account, confirm your account, account will be suspended, account has been limited, mailbox is full, mailbox quota, storage is full, password expires, click here to, click the link below, click below to, "
        + "limited time offer, act now, opt out, boost your, skyrocket, viagra, casino, "
        + "suchmaschinenoptimierung, seite 1 bei google, erste seite bei google, google bewertungen, mehr besucher, mehr kunden, neukunden, kundengewinnung, webseite erstellen, ihre webseite optimieren, sofortkredit, kredit ohne, begunstigter, "
        + "konto wird gesperrt, konto wurde gesperrt, konto wurde eingeschrankt, verifizieren sie, bestatigen sie ihre daten, klicken sie hier, klicken sie auf, postfach ist voll, speicherplatz voll, nur heute, kostenlose analyse, branchenbuch, "
        + "referencement, premiere page de google, visibilite sur google, refonte de votre site, pret entre particuliers, credit rapide, beneficiaire, vous avez gagne, votre compte sera, "
        + "compte a ete suspendu, verifiez votre compte, confirmez vos, cliquez ici, cliquez sur le lien, boite aux lettres est pleine, offre limitee, audit gratuit, "
        + "posicionamiento, primera pagina de google, aparecer en google, rediseno de su, prestamo, prestamos, beneficiario, ha ganado, usted ha sido, su cuenta sera, cuenta ha sido suspendida, verifique su cuenta, "
        + "customers a month, page one, stumbled on, your area, hear from me, my last email, credit card you accept, money transfer, private shipper, zinssatz, kredite von, beide sofort verfugbar, jahresbrutto, profile ruberschicken, "
        + "firmenregister, eintragung, kostenpflichtig, wallet, trading, rendite, gewinnspiel, prix casses, destockage, paiement anticipe, chantiers qualifies, payes au resultat, une place dans ton secteur, faire don, mal incurable, un notaire, perdiendo clientes, "
        + "grupo inversor, a exito, provision de fondos, conversacion confidencial, criptomonedas, rentabilidad, sorteo, confirme sus datos, buzon esta lleno, oferta limitada, auditoria gratuita");

    static readonly PhraseIndex Machines = Phrases.Set(
        "notification notifications notify alert alerts system calendar kalender calendario calendrier agenda forum wordpress gitlab jira cron root bot monitoring mailer automat automation reminder reminders erinnerung rappel avisos aviso benachrichtigung benachrichtigungen notificaciones alertes alertas");

    static readonly PhraseIndex Postmasters = Phrases.Set(
        "postmaster mailer mailerdaemon maildaemon mail admin noreply system");

    static readonly PhraseIndex Shops = Phrases.Set(
        "orders order shop store bestellung bestellungen versand shipping billing payments payment receipts receipt invoice invoices tracking delivery commande commandes facturation pedidos pedido ventas envios service kundenservice confirmation");

    /// <summary>The header knows a program; of which kind, the subject may know better.</summary>
    public static string Kind(Sifted sifted, Reading mail) =>
        sifted.Category is Category.Notification or Category.Newsletter && Folding.Any(mail.Subject, Receipts) ? Category.Receipt : sifted.Category;

    /// <summary>Null: nothing says that it is a program's.</summary>
    public static Sifted? Disguised(Reading mail)
    {
        var asks = mail.Questions.Count > 0;
        if ((Named(mail, Postmasters) || Folding.Any(mail.Subject, Undelivered)) && Folding.First(mail.Words, Undelivered) is { } undelivered) return new(Category.Bounce, $"a delivery report by its words (\"{undelivered}\")");
        if ((!asks || mail.Subject.Count > 0 && Folding.Any(mail.Subject, Away)) && mail.Fresh.Length < 1500 && (Folding.First(mail.Words, Away) ?? (mail.Count(Gone) > 1 ? Folding.First(mail.Words, Gone) : null)) is { } away) return new(Category.AutoReply, $"an automatic answer by its words (\"{away}\")");
        if (mail.ForAnother || mail.IsReply) return null;
        if (Folding.First(mail.Words, Ways) is { } way) return new(Category.Newsletter, $"a newsletter by its words (\"{way}\")");
        if (mail.Count(Stories) is var stories and >= 2) return new(Category.Spam, $"advertising of a stranger's by its words ({stories} of them, such as \"{Folding.First(mail.Words, Stories)}\")");
        if (Named(mail, Shops) && (Folding.First(mail.Subject, Receipts) ?? (Folding.Any(mail.Subject, Ordered) ? Folding.First(mail.Subject, Confirmed) : null)) is { } own) return new(Category.Receipt, $"a shop's own notice by its subject (\"{own}\")");
        if (Named(mail, Shops) && !asks && Folding.First(mail.Words, Receipts) is { } receipt) return new(Category.Receipt, $"a shop's own notice (\"{receipt}\")");
        if (Folding.First(mail.Subject, Receipts) is { } subject && !asks) return new(Category.Receipt, $"a shop's own notice by its subject (\"{subject}\")");
        return Named(mail, Machines) && !asks ? new(Category.Notification, $"a program's notice ({mail.Sender}@…)") : null;
    }

    /// <summary>What makes a mail with a question look like a program's or a seller's, and does not show it: no draft is wasted on it, and the owner sees it. Null: nothing.</summary>
    public static string? WhyDoubt(Reading mail, Account account) =>
        Copied(mail, account) ? "you are in copy only"
        : Borrows(mail, account) ? "it bears your own name, from an address that is not yours"
        : mail.IsReply ? null
        : Folding.First([.. mail.Words.Take(mail.SubjectWords + 6)], ToMany) is { } many ? $"it goes to many (\"{many}\")"
        : (Folding.First(mail.Words, Stories) ?? Folding.First(mail.Words, Pitches)) is { } story ? $"it may be a seller's (\"{story}\")"
        : Folding.First(mail.Subject, Receipts) is { } receipt ? $"it may be a shop's notice (\"{receipt}\")"
        : mail.Fresh.Contains("://", StringComparison.Ordinal) && mail.Letter.From is { } from && !mail.ForAnother && Links(mail, from) ? "it leads to the sender's pages" : null;

    static bool Copied(Reading mail, Account account) => mail.Letter.To.Count > 0 && !mail.Letter.To.Any(a => account.Owns(a.Mailbox) || IsHouse(a.Mailbox, account)) && mail.Letter.Cc.Any(a => account.Owns(a.Mailbox));

    /// <summary>The house's own address, which nobody has named an alias of: who writes there writes to whoever answers.</summary>
    static bool IsHouse(string mailbox, Account account) =>
        mailbox.LastIndexOf('@') is var at && account.Address.EndsWith(mailbox[at..], StringComparison.OrdinalIgnoreCase)
        && mailbox[..at].ToLowerInvariant() is "info" or "office" or "mail" or "post" or "kontakt" or "contact" or "contacto" or "hello" or "hallo" or "hola" or "bonjour" or "buero" or "service" or "anfrage";

    static bool Borrows(Reading mail, Account account) => mail.Letter.From is { Name.Length: > 0 } from && !account.Owns(from.Mailbox) && from.Name.Equals(account.DisplayName, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whoever asks something seldom shows their own site in the middle of it; whoever sells does.</summary>
    static bool Links(Reading mail, Address from) =>
        from.Mailbox[(from.Mailbox.LastIndexOf('@') + 1)..] is var domain && mail.Fresh.Split('\n').Any(l => l.Contains("://", StringComparison.Ordinal) && l.Contains(domain, StringComparison.OrdinalIgnoreCase));

    static bool Named(Reading mail, PhraseIndex names)
    {
        foreach (var part in mail.SenderParts)
            if (names.Has(part)) return true;
        return false;
    }
}
