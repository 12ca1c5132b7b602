namespace VaultKit.Drafting;

/// <summary>Mails that no program answers: a death, the law, an illness, a threat, changed bank details. In any language, whichever the mail is in.</summary>
static class Sensitive
{
    static readonly (string Mark, string Why, PhraseIndex Phrases)[] Kinds =
    [
        ("emotional", "it speaks of a death", Phrases.List(
            "passed away, has died, died, funeral, condolence, condolences, bereavement, obituary, late husband, late wife, verstorben~, gestorben, beerdigung, trauerfeier, trauerfall, todesfall, beileid, verschieden ist, "
            + "decede~, est mort, est morte, deces, obseques, enterrement, condoleances, deuil, fallecio, fallecido, fallecida, fallecimiento, entierro, pesame, murio, ha muerto")),
        ("legal", "it is about the law", Phrases.List(
            "lawyer, lawyers, attorney, attorneys, solicitor, solicitors, legal action, legal proceedings, lawsuit, sue you, sue your, small claims, cease and desist, in court, to court, subpoena, breach of contract, "
            + "gdpr, data protection request, rechtsanwalt, rechtsanwaltin, rechtsanwalte, anwalt, anwaltin, anwalte, anwaltlich~, klage, verklagen, gerichtlich~, vor gericht, mahnbescheid, abmahnung, rechtliche schritte, "
            + "strafanzeige, dsgvo, fristlos~, mon avocat, notre avocat, avocats, avocat de, un avocat, tribunal, mise en demeure, poursuites, action en justice, plainte, huissier, rgpd, abogado, abogada, abogados, juzgado, "
            + "tribunales, demanda judicial, demandarles, acciones legales, denuncia, denunciar, burofax, lopd")),
        ("medical", "it is about someone's health", Phrases.List(
            "diagnosed, diagnosis, cancer, chemotherapy, surgery, heart attack, suicide, suicidal, kill myself, side effects, prescription, my symptoms, allergic reaction, pregnant, miscarriage, in hospital, "
            + "krebs, krankenhaus, chemotherapie, herzinfarkt, schlaganfall, nebenwirkungen, suizid, das leben nehmen, symptome, schwanger, allergische reaktion, schwer erkrankt, "
            + "hopital, chimiotherapie, effets secondaires, effets indesirables, symptomes, infarctus, enceinte, ordonnance, reaction allergique, "
            + "hospital, quimioterapia, efectos secundarios, sintomas, infarto, embarazada, receta medica, reaccion alergica, enfermedad grave")),
        ("emotional", "it contains a threat", Phrases.List(
            "kill you, hurt you, you will regret, you' ll regret, or else you, blackmail, ransom, bomb, hacked your, your device, bitcoin, i know where you live, expose you, "
            + "umbringen, wirst es bereuen, werden es bereuen, erpress~, losegeld, bombe, weis wo sie wohnen, weis wo du wohnst, presse einschalten, je vais vous tuer, vous allez le regretter, vous le regretterez, rancon, chantage, "
            + "te voy a matar, se arrepentira, te arrepentiras, rescate, chantaje, bomba de")),
        ("money", "it is about your money or somebody's bank details: ask on a number you already know", Phrases.List(
            "gift card, gift cards, confidential transfer, confidential payment, wire transfer today, vertrauliche uberweisung, geschenkkarten, gutscheinkarten, virement confidentiel, virement urgent, cartes cadeaux, transferencia confidencial, transferencia urgente, tarjetas regalo, "
            + "new bank details, new bank account, changed bank, bank details have changed, our bank account has, updated bank details, update bank details, change of bank, neue bankverbindung, neue iban, geanderte bankverbindung, "
            + "bankverbindung hat sich, bankverbindung geandert, neuen bankverbindung, nouvelles coordonnees bancaires, nouveau rib, changement de rib, changement de coordonnees bancaires, coordonnees bancaires ont change, "
            + "nuevos datos bancarios, nueva cuenta bancaria, cambio de cuenta, datos bancarios han cambiado, nuevo iban")),
    ];

    /// <summary>Why the owner alone should answer; null where nothing speaks against a draft.</summary>
    public static string? Why(string subject, string fresh) => Why(In([.. Reading.Folded(subject, 300), .. Reading.Folded(fresh, Sentences.MaxText)]));

    /// <summary>The same of a letter that is read already.</summary>
    public static string? Why(Reading mail) => Why(mail.Sensitive);

    static string? Why(List<int> kinds) => kinds is [var first, ..] ? Kinds[first].Why : null;

    /// <summary>Which of the kinds a text speaks of.</summary>
    public static List<int> In(List<Word> words)
    {
        var kinds = new List<int>();
        for (var i = 0; i < Kinds.Length; i++)
            if (Kinds[i].Phrases.Any(words)) kinds.Add(i);
        return kinds;
    }

    // A program may answer these; the owner's eyes they need all the same.
    static readonly (string Mark, PhraseIndex Phrases)[] Marked =
    [
        ("money", Phrases.List(
            "refund, refunded, reimburse, reimbursement, deposit back, overdue, outstanding amount, payment reminder, charged twice, pay it, invoice, invoices, tax, taxes, instalments, damages, compensation, insurance, "
            + "erstatt~, ruckerstattung, anzahlung zuruck, mahnung, mahnspesen, zahlungserinnerung, rechnung, rechnungen, uberweis~, ratenzahlung, raten, steuer, steuerberater~, finanzamt, schadenersatz, versicherung, gutschrift, betrag, "
            + "rembours~, acompte, impaye~, relance, facture, factures, virement, en plusieurs fois, impot, impots, indemni~, assurance, avoir, montant, "
            + "devolucion, devolver|devuelv~ el dinero, reembolso, fianza, factura, facturas, transferencia, pago, pagarlo, plazos, impuesto, impuestos, hacienda, indemniza~, seguro, abono, importe")),
        ("legal", Phrases.List(
            "withdrawal, withdraw from, right to cancel, liability, liable, expert opinion, surveyor, personal data, my photos, without my consent, warranty, ombudsman, consumer, "
            + "widerruf, widerrufe, rucktritt, haftung, haftbar, haftpflicht, gutachten, gutachter, personenbezogene, einwilligung, gewahrleistung, konsumentenschutz, verbraucherzentrale, frist bis, fristsetzung, "
            + "retractation, responsabilite, expertise, donnees personnelles, sans mon accord, sans autorisation, garantie legale, mise en demeure, delai de retractation, "
            + "desistimiento, responsabilidad, perito, perita, peritaje, siniestro, datos personales, sin mi consentimiento, garantia legal, consumo, requerimiento")),
        ("medical", Phrases.List(
            "injured, injury, stitches, broken wrist, broken arm, broken leg, ambulance, doctor, hurt himself, hurt herself, bleeding, concussion, fever, "
            + "verletzt, verletzung, genaht, gebrochen, rettung, arzt, arztin, notaufnahme, geblutet, blutet, splitter, gehirnerschutterung, fieber, "
            + "blesse~, blessure, points de suture, fracture, ambulance, medecin, urgences, saigne~, commotion, fievre, "
            + "herido, herida, lesion, puntos, costillas, fractura, ambulancia, medico, urgencias, sangr~, conmocion, fiebre, observacion")),
        ("emotional", Phrases.List(
            "furious, angry, fed up, disgrace, ashamed, how that feels, had enough, unbelievable, outrageous, crying, heartbroken, condolences, divorce, "
            + "wutend, stinksauer, frechheit, unverschamt, schamen sie sich, schnauze voll, reicht mir, es reicht, unglaublich, geweint, trauer, scheidung, "
            + "furieu~, en colere, honte, honteux, inadmissible, scandaleux, ras le bol, assez, pleure~, chagrin, divorce, "
            + "furios~, indignad~, verguenza, harto|harta, inaceptable, increible, llor~, pesame, tristeza, divorcio, bebe que")),
    ];

    /// <summary>What of it needs the owner's own eyes, answered by whomever: <c>emotional</c>, <c>legal</c>, <c>medical</c>, <c>money</c>.</summary>
    public static IReadOnlyList<string> Marks(Reading mail)
    {
        var marks = new List<string>();
        void Add(string mark)
        {
            if (!marks.Contains(mark)) marks.Add(mark);
        }
        foreach (var kind in ReferenceEquals(mail.Words, mail.Own) ? mail.Sensitive : In(mail.Words)) Add(Kinds[kind].Mark);
        foreach (var (mark, phrases) in Marked)
            if (!marks.Contains(mark) && phrases.Any(mail.Words)) Add(mark);
        return marks;
    }
}
