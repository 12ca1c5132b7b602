using VaultKit.Mail;

namespace VaultKit.Drafting;

/// <summary>Mail of persons: what it is about, and when nothing is asked.</summary>
static class People
{
    static readonly string[] Applications = Phrases.List(
        "apply for, application for, applying for, my cv, my resume, curriculum vitae, internship, apprenticeship, job opening, work experience, bewerbung, bewerbe mich, bewerben, praktikum, praktikumsplatz, ausbildungsplatz, lehrstelle, lebenslauf, stelle als, "
        + "candidature, ma candidature, stage, un stage, apprentissage, alternance, mon cv, offre d' emploi, solicitud de empleo, candidatura, practicas, puesto de, mi curriculum, mi cv, busco trabajo");

    static readonly string[] Thanks = Phrases.List(
        "thank you, thanks, thank you so much, many thanks, for your information, fyi, just to let you know, no need to reply, no reply needed, no answer needed, congratulations, well done, happy birthday, merry christmas, received, all good, perfect, great, "
        + "danke, vielen dank, herzlichen dank, dankeschon, zur info, zur information, zur kenntnis, nur zur, keine antwort notig, gluckwunsch, herzlichen gluckwunsch, alles gute, frohe weihnachten, angekommen, passt, alles klar, super, "
        + "merci, merci beaucoup, pour information, pour info, felicitations, bravo, bien recu, joyeux, parfait, bonne annee, "
        + "gracias, muchas gracias, para su informacion, para tu informacion, felicidades, enhorabuena, recibido, perfecto, todo bien, feliz");

    const int Short = 700;

    /// <summary>By what is asked, the most telling first; else by its words.</summary>
    public static string Kind(Reading mail)
    {
        if (Folding.Any(mail.Words, Applications)) return Category.Application;
        var topics = mail.Questions.Select(q => q.Topic).ToList();
        if (topics.Contains(Topic.Complaint)) return Category.Complaint;
        if (mail.Letter.Attachments.Any(a => a.MediaType == "text/calendar")) return Category.Appointment;
        if (topics.Count == 0) return Category.Note;
        return topics.GroupBy(t => Of(t)).OrderByDescending(g => g.Count()).First().Key;
    }

    static string Of(Topic topic) => topic switch
    {
        Topic.Complaint => Category.Complaint,
        Topic.Invoice => Category.Money,
        Topic.Appointment => Category.Appointment,
        Topic.Delivery or Topic.Order => Category.Order,
        _ => Category.Inquiry,
    };

    /// <summary>Why a person's mail that asks nothing needs no answer; null where that is not sure.</summary>
    public static string? WhyNote(Reading mail) =>
        mail.Fresh.Length <= Short && Array.Find(Thanks, p => Folding.Find(mail.Words, p) >= 0) is { } thanks ? $"nothing is asked, and it says \"{thanks}\"" : null;
}
