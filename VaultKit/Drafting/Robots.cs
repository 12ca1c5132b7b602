using VaultKit.Mail;

namespace VaultKit.Drafting;

/// <summary>Mail of programs, in four languages: what kind it is where the header says that it is one, and that it is one where only its words say so. Words alone must be many, or plain.</summary>
static class Robots
{
    static readonly string[] Receipts = Phrases.List(
        "order confirmation, your order, order has shipped, has been shipped, has been dispatched, payment received, payment confirmation, your receipt, receipt for, your invoice is, thank you for your order, thanks for your order, your parcel, your delivery, "
        + "out for delivery, track your, bestellbestatigung, auftragsbestatigung, versandbestatigung, ihre bestellung, deine bestellung, vielen dank fur ihre bestellung, zahlungseingang, zahlungsbestatigung, zahlung erhalten, ihre rechnung zu, ihr paket, dein paket, "
        + "sendungsverfolgung, wurde versandt, ist unterwegs, ihre sendung, lieferschein, confirmation de commande, votre commande, confirmation de paiement, votre recu, votre facture est, votre colis, paiement recu, expedition de votre, a ete expediee, suivi de votre, "
        + "confirmacion de pedido, confirmacion de compra, su pedido, tu pedido, pago recibido, confirmacion de pago, recibo de, su recibo, ha sido enviado, tu paquete, su paquete, seguimiento de");

    static readonly string[] Ways = Phrases.List(
        "unsubscribe, view in browser, view this email in your browser, view online, manage preferences, email preferences, update your preferences, you are receiving this, you received this email because, abmelden, abbestellen, newsletter abbestellen, "
        + "im browser ansehen, im browser offnen, online ansicht, sie erhalten diese, sie erhalten diesen, diesen newsletter, se desabonner, desabonnement, se desinscrire, desinscription, voir dans le navigateur, version en ligne, vous recevez cet, "
        + "ne plus recevoir, darse de baja, darte de baja, cancelar suscripcion, cancelar la suscripcion, ver en el navegador, ver en navegador, recibes este, recibe este, dejar de recibir");

    static readonly string[] Away = Phrases.List(
        "out of office, out of the office, i am away, i' m away, i am currently away, on annual leave, on vacation until, on holiday until, limited access to email, limited access to my email, will reply when i return, when i am back, automatic reply, "
        + "nicht im buro, nicht im haus, abwesend, abwesenheit, im urlaub, bin wieder, erst wieder erreichbar, ab dem * wieder, nicht erreichbar, wird nicht weitergeleitet, nicht weitergeleitet, automatische antwort, "
        + "absent du bureau, absente du bureau, suis absent, suis absente, actuellement absent, actuellement absente, en conge, en conges, en vacances jusqu' au, de retour le, reponse automatique, fermeture annuelle, "
        + "fuera de la oficina, estoy ausente, estare ausente, de vacaciones, ausente hasta, a mi regreso, respuesta automatica, estare de vuelta");

    static readonly string[] Stories = Phrases.List(
        "seo, search engine, search engines, first page of google, page one of google, google ranking, google rankings, backlink, backlinks, guest post, link building, web traffic, your website traffic, website redesign, redesign your website, lead generation, "
        + "qualified leads, your leads, digital marketing, mobile app development, explainer video, business loan, business loans, unsecured loan, investment opportunity, crypto, bitcoin wallet, inheritance, beneficiary, next of kin, million dollars, million usd, "
        + "million euros, lottery, you have won, winner, verify your account, confirm your account, account will be suspended, account has been limited, mailbox is full, mailbox quota, storage is full, password expires, click here to, click the link below, click below to, "
        + "limited time offer, act now, no obligation, opt out, boost your, skyrocket, cheap, viagra, casino, "
        + "suchmaschinenoptimierung, seite 1 bei google, erste seite bei google, google bewertungen, mehr besucher, mehr kunden, neukunden, kundengewinnung, webseite erstellen, ihre webseite optimieren, sofortkredit, kredit ohne, erbschaft, begunstigter, gewonnen, "
        + "konto wird gesperrt, konto wurde gesperrt, konto wurde eingeschrankt, verifizieren sie, bestatigen sie ihre daten, klicken sie hier, klicken sie auf, postfach ist voll, speicherplatz voll, nur heute, kostenlose analyse, unverbindlich, branchenbuch, "
        + "referencement, premiere page de google, visibilite sur google, plus de clients, nouveaux clients, refonte de votre site, creation de site, pret entre particuliers, credit rapide, heritage, beneficiaire, vous avez gagne, votre compte sera, "
        + "compte a ete suspendu, verifiez votre compte, confirmez vos, cliquez ici, cliquez sur le lien, boite aux lettres est pleine, offre limitee, audit gratuit, "
        + "posicionamiento, primera pagina de google, aparecer en google, mas clientes, nuevos clientes, rediseno de su, diseno web, prestamo, prestamos, herencia, beneficiario, ha ganado, usted ha sido, su cuenta sera, cuenta ha sido suspendida, verifique su cuenta, "
        + "confirme sus datos, haga clic, pulse aqui, buzon esta lleno, oferta limitada, auditoria gratuita");

    static readonly string[] Machines =
        ["notification", "notifications", "notify", "alert", "alerts", "system", "calendar", "forum", "wordpress", "gitlab", "jira", "cron", "root", "bot", "monitoring", "mailer", "automat", "automation", "security", "account", "accounts", "updates", "update", "service-account", "benachrichtigung", "benachrichtigungen", "system-message"];

    static readonly string[] Shops = ["orders", "order", "shop", "store", "bestellung", "bestellungen", "versand", "shipping", "billing", "payments", "payment", "receipts", "receipt", "invoice", "invoices", "tracking", "delivery", "commande", "commandes", "facturation", "pedidos", "pedido", "ventas", "envios", "service", "kundenservice", "confirmation"];

    /// <summary>The header knows a program; of which kind, the subject may know better.</summary>
    public static string Kind(Sifted sifted, Reading mail) =>
        sifted.Category is Category.Notification or Category.Newsletter && Folding.Any(mail.Subject, Receipts) ? Category.Receipt : sifted.Category;

    /// <summary>Null: nothing says that it is a program's.</summary>
    public static Sifted? Disguised(Reading mail)
    {
        var asks = mail.Questions.Count > 0;
        if (!asks && mail.Fresh.Length < 1500 && Found(mail.Words, Away) is { } away) return new(Category.AutoReply, $"an automatic answer by its words (\"{away}\")");
        if (mail.ForAnother || mail.IsReply) return null;
        if (Found(mail.Words, Ways) is { } way) return new(Category.Newsletter, $"a newsletter by its words (\"{way}\")");
        if (mail.Count(Stories) is var stories and >= 2) return new(Category.Spam, $"advertising of a stranger's by its words ({stories} of them, such as \"{Found(mail.Words, Stories)}\")");
        if (Named(mail, Shops) && !asks && Found(mail.Words, Receipts) is { } receipt) return new(Category.Receipt, $"a shop's own notice (\"{receipt}\")");
        if (Found(mail.Subject, Receipts) is { } subject && !asks) return new(Category.Receipt, $"a shop's own notice by its subject (\"{subject}\")");
        return Named(mail, Machines) && !asks ? new(Category.Notification, $"a program's notice ({mail.Sender}@…)") : null;
    }

    static bool Named(Reading mail, string[] names) => names.Contains(mail.Sender) || mail.Sender.Split('-', '.', '_', '+').Any(names.Contains);

    static string? Found(IReadOnlyList<Word> words, string[] phrases) => Array.Find(phrases, p => Folding.Find(words, p) >= 0);
}
