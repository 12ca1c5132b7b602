using VaultKit.Mail;

namespace VaultKit.Drafting;

/// <summary>Mail of persons: what it is about, and when nothing is asked.</summary>
static class People
{
    static readonly PhraseIndex Applications = Phrases.List(
        "apply for, application for, applying for, my cv, my resume, curriculum vitae, internship, apprenticeship, job opening, work experience, bewerbung, bewerbe mich, bewerben, praktikum, praktikumsplatz, ausbildungsplatz, lehrstelle, lebenslauf, stelle als, "
        + "candidature, ma candidature, stage, un stage, apprentissage, alternance, mon cv, offre d' emploi, solicitud de empleo, candidatura, practicas, puesto de, mi curriculum, mi cv, busco trabajo");

    static readonly PhraseIndex Thanks = Phrases.List(
        "thank you, thanks, thank you so much, many thanks, for your information, fyi, just to let you know, no need to reply, no reply needed, no answer needed, congratulations, well done, happy birthday, merry christmas, great, "
        + "just wanted to, just so you know, heads up, for your records, have paid, has been paid, i have transferred, enjoyed, delighted, "
        + "wollte nur, wollten nur, gratulation, gratuliere, gratulieren, gefreut, freut mich, freue mich, sehr schon geworden, uberwiesen, zur erinnerung, "
        + "je voulais juste, je voulais simplement, virement est fait, virement effectue, paiement effectue, ravi, ravie, contents, felicite, "
        + "solo queria, queria decirte, queria decirle, transferencia hecha, he hecho la transferencia, encantado, encantada, contentos, "
        + "danke, vielen dank, herzlichen dank, dankeschon, zur info, zur information, zur kenntnis, nur zur, keine antwort notig, gluckwunsch, herzlichen gluckwunsch, alles gute, frohe weihnachten, angekommen, super, "
        + "merci, merci beaucoup, pour information, pour info, felicitations, bravo, bien recu, joyeux, parfait, bonne annee, "
        + "gracias, muchas gracias, para su informacion, para tu informacion, felicidades, enhorabuena, recibido, feliz");

    static readonly PhraseIndex NoAnswer = Phrases.List(
        "no reply required, no reply is needed, no reply is necessary, no answer necessary, keine ruckmeldung notig, keine ruckmeldung erforderlich, keine ruckmeldung notwendig, musst dich nicht melden, mussen sich nicht melden, brauchst mir nicht zu antworten, brauchst dich nicht melden, "
        + "braucht keine antwort, braucht ihr nicht antworten, pas la peine de repondre, pas la peine de me repondre, ne reponds pas, ne repondez pas, pas besoin de reponse, aucune reponse n' est, no contestes, no me contestes, no conteste, no hace falta que me contestes|conteste|respondas|responda, "
        + "no necesito respuesta, no necesita respuesta, sin necesidad de responder, do not answer this, don' t answer this, please don' t answer, no need to reply, no need to answer, no reply needed, no reply necessary, no answer needed, no response needed, don' t bother replying, keine antwort notig, keine antwort erforderlich, brauchst nicht antworten, brauchst nicht zu antworten, brauchen nicht zu antworten, "
        + "musst nicht antworten, mussen nicht antworten, antwort ist nicht notig, pas besoin de repondre, inutile de repondre, pas besoin de me repondre, sans reponse necessaire, no hace falta que conteste|contestes|responda|respondas, no hace falta responder, no hace falta contestar, "
        + "no es necesario que responda|respondas, no es necesario responder, no hace falta respuesta");

    /// <summary>A calendar's program wrote the subject: the guest has answered, or the host has called it off.</summary>
    static readonly PhraseIndex Calendars = Phrases.List(
        "accepted, declined, tentative, canceled, cancelled, zugesagt, abgelehnt, abgesagt, vorlaufig zugesagt, accepte, acceptee, refuse, refusee, annule, annulee, provisoire, aceptada, aceptado, rechazada, rechazado, cancelada, cancelado, provisional");

    const int Short = 700;

    /// <summary>What the whole mail speaks of, its questions most; a word of the subject counts twice.</summary>
    public static string Kind(Reading mail)
    {
        if (Folding.Any(mail.Words, Applications)) return Category.Application;
        if (HasInvitation(mail)) return Category.Appointment;
        var scores = new Dictionary<string, int>();
        void Add(Topic topic, int score) => scores[Of(topic)] = scores.GetValueOrDefault(Of(topic)) + score;
        foreach (var (topic, phrases) in mail.Phrases.Topics)
        {
            if (mail.Count(phrases) is > 0 and var found) Add(topic, topic == Topic.Complaint ? 3 * found : found);
            if (phrases.Count(mail.Subject) is > 0 and var inSubject) Add(topic, inSubject);
        }
        if (scores.Count == 0 && mail.Questions.Count == 0) return Category.Note;
        foreach (var question in mail.Questions) Add(question.Topic, question.Topic == Topic.General ? 0 : 2);
        return scores.Count == 0 ? Category.Inquiry : scores.MaxBy(s => s.Value).Key;
    }

    static bool HasInvitation(Reading mail) => mail.Letter.Attachments.Any(a => a.MediaType == "text/calendar");

    static string Of(Topic topic) => topic switch
    {
        Topic.Complaint => Category.Complaint,
        Topic.Invoice => Category.Money,
        Topic.Appointment => Category.Appointment,
        Topic.Delivery or Topic.Order => Category.Order,
        _ => Category.Inquiry,
    };

    /// <summary>It is said that no answer is wanted, by the writer or by the writer's calendar; null where it is not.</summary>
    public static string? WhyNone(Reading mail) =>
        Folding.First(mail.Words, NoAnswer) is { } none ? $"it says \"{none}\""
        : HasInvitation(mail) && mail.Questions.Count == 0 && Calendars.Opens(mail.Subject) is { } reply ? $"a calendar's notice (\"{reply}\")" : null;

    /// <summary>Words of whoever wants something, or makes it depend on an answer. Without a question mark they are easily missed; with one of them a mail is no mere note.</summary>
    static readonly PhraseIndex Wanting = Phrases.List(
        "yes, ok, okay, go ahead, agree~, accept~, confirm~, fine with us, fine by me, looking for, interest~, forward to, asap, "
        + "ja, einverstanden, passt, machen wir, gerne, gern, bestatig~, nehmen wir, nehme ich, suche, suchen, interess~, freue mich auf, freuen uns auf, ruckmeldung, "
        + "oui, d' accord, entendu, allez y, volontiers, confirm~, je prends, nous prenons, cherche~, interess~, dans l' attente, retour, "
        + "vale, de acuerdo, adelante, conforme, confirm~, me quedo, nos quedamos, busc~, interes~, a la espera, respuesta, "
        + "please, could, would, need, needs, want, wants, if, whether, when, where, how, what, which, let me, let us, can you, wish, like to, instead, but, however, unfortunately, still, not yet, "
        + "bitte, konnte~, wurde~, brauch~, mochte~, will, wollen, soll~, wenn, falls, ob, wann, wo, wie, was, welche~, lieber, statt, aber, leider, noch, kein|keine|keinen, melde~, "
        + "merci de, veuillez, s' il, pourri~, voudr~, besoin, faut, si, quand, ou est, comment, combien, quel|quelle|quels|quelles, plutot, mais, malheureusement, encore, toujours pas, aimer~, souhait~, "
        + "por favor, podri~, puede~, quisiera, quiero, queremos, necesit~, si, cuando, donde, como, cuanto|cuanta|cuantos, que|cual, prefier~, pero, lamentablemente, todavia, aun, gustaria, falta~");

    /// <summary>Why a person's mail that asks nothing needs no answer; null where that is not sure: a task too many is a glance.</summary>
    public static string? WhyNote(Reading mail)
    {
        if (mail.Fresh.Length > Short || !mail.IsReply && mail.Phrases.Topics.Any(t => t.Topic != Topic.Document && Folding.Any(mail.Subject, t.Words)) || Folding.Any(mail.Words, Wanting)
            || mail.Phrases.Topics.Any(t => t.Topic is Topic.Price or Topic.Order or Topic.Appointment or Topic.Availability or Topic.Delivery && Folding.Any(mail.Words, t.Words))) return null;
        return Folding.First(mail.Words, Thanks) is { } thanks ? $"nothing is asked, and it says \"{thanks}\"" : null;
    }
}
