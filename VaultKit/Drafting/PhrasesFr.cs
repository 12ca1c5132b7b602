using System.Collections.Frozen;
using static VaultKit.Drafting.Phrases;

namespace VaultKit.Drafting;

/// <summary>French.</summary>
static class PhrasesFr
{
    public static Phrases All { get; } = new()
    {
        Language = Drafting.Language.French,
        Requests = List("pourriez vous, pouvez vous, pourrais tu, peux tu, merci de, merci d', je voudrais, nous voudrions, je souhaite, je souhaiterais, nous souhaitons, nous souhaiterions, "
            + "j' aimerais, nous aimerions, veuillez, j' ai besoin, nous avons besoin, je cherche, nous cherchons, je desire, s' il vous plait, s' il te plait, envoyez moi, envoyez nous, envoie moi, "
            + "dites moi, dis moi, seriez vous, serait il possible, je me demandais, pourrait on, interesse par, interessee par, interesses par, rappelez moi, rappelle moi, j' attends, nous attendons, faites moi savoir"),
        Courtesies = List("veuillez contacter, merci de contacter, merci de vous adresser, vous pouvez contacter, veuillez vous adresser, en cas d' urgence, des questions, une question sur, besoin d' aide, que demander de plus, qui l' eut cru, qui l' aurait cru, n' est ce pas beau, veuillez agreer, veuillez trouver, veuillez recevoir, n' hesitez pas, comment allez vous, comment vas tu, ca va, veuillez noter, veuillez excuser, je vous prie d' agreer, "
            + "merci de votre comprehension, merci de ne pas repondre, vous souhaite une bonne, te souhaite une bonne, nous vous souhaitons, je vous souhaite, veuillez accepter, je vous prie d' excuser, "
            + "merci de votre reponse, merci d' avance"),
        Hellos = List("bonjour, bonsoir, madame, monsieur, cher|chere|chers|cheres, salut, coucou, mesdames, hello"),
        Closers = List("cordialement, bien cordialement, bien a vous, bien a toi, sinceres salutations, meilleures salutations, salutations, merci, merci d' avance, merci beaucoup, a bientot, bonne journee, "
            + "amicalement, bises, respectueusement, avec mes remerciements, tres cordialement, belle journee"),
        Topics =
        [
            (Topic.Callback, List("rappeler, rappelez, rappelle, rappel telephonique, appeler, appelez moi, m' appeler, par telephone, entretien telephonique, un appel")),
            (Topic.Complaint, List("endommage~, casse|cassee|casses|cassees, defectueux|defectueuse, reclamation, decu|decue|decus|decues, inacceptable, ne fonctionne pas, ne marche pas, ne fonctionnent pas, "
                + "erreur de commande, abime~, manque|manquait|manquent, rembourse~, remboursement, raye|rayee, fuit, mauvaise taille, mauvais article")),
            (Topic.Invoice, List("facture, factures, paiement, paye|payee, payer, regle|reglee, reglement, virement, avoir, recu de, tva, relance, echeance, facturation")),
            (Topic.Price, List("prix, devis, tarif, tarifs, combien, coute, coutent, couterait, cout, remise, offre, montant, budget, rabais")),
            (Topic.Document, List("fiche technique, brochure, catalogue, certificat, contrat, formulaire, copie, pdf, document, documents, plan, plans, photo, photos, notice, attestation, "
                + "echantillon, echantillons, conditions generales, dossier, rib, mode d' emploi, presentation, bon de livraison")),
            (Topic.Hours, List("horaires, heures d' ouverture, etes vous ouvert~, ouvert|ouverts|ouverte, ferme|fermes, quelle heure fermez, quelle heure ouvrez, fermez vous, ouvrez vous")),
            (Topic.Place, List("votre adresse, ton adresse, ou etes vous, ou se trouve, ou vous trouvez, situe|situes, comment venir, parking, acces, se garer")),
            (Topic.Delivery, List("livraison, livrer, livrez, livre|livree|livres|livrees, delai, delais, expedition, expedie|expediee, colis, arrivera, arrive, arriver, pret|prete, suivi, ma commande, notre commande, "
                + "ou en est, combien de temps, recevoir, retirer, recuperer, recevrai, recevrons")),
            (Topic.Appointment, List("rendez vous, rdv, reunion, visite, visiter, rencontrer, reserver, reservation, creneau, passer vous voir, reporter, deplacer, vous convient, vous conviendrait, te convient, "
                + "te va, disponible pour, une table, se voir, convenir d' une date, tu es la, es tu la, etes vous la, vous etes la, se voie, serez vous la")),
            (Topic.Availability, List("disponible, disponibles, disponibilite, disponibilites, en stock, chambre libre, libre, libres, places, dispo")),
            (Topic.Order, List("commander, commande, acheter")),
        ],
        Frames =
        [
            new("combien coute *", Topic.Price, "[Vous avez|Tu as] demandé combien coûte {x} : {{prix}}."),
            new("combien coutent *", Topic.Price, "[Vous avez|Tu as] demandé combien coûtent {x} : {{prix}}."),
            new("combien couterait *", Topic.Price, "[Vous avez|Tu as] demandé combien coûterait {x} : {{prix}}."),
            new("combien couteraient *", Topic.Price, "[Vous avez|Tu as] demandé combien coûteraient {x} : {{prix}}."),
            new("devis|offre pour *", Topic.Price, "Pour {x}, nous [vous|te] proposons : {{prix et conditions}}."),
            new("remise sur|pour *", Topic.Price, "Au sujet d'une remise sur {x} : {{oui ou non, et combien}}."),
            new("prix|tarif|tarifs pour *", Topic.Price, "Le prix pour {x} : {{prix}}."),
            new("prix|tarif|tarifs|cout de *", Topic.Price, "Le prix de {x} : {{prix}}."),
            new("prix|tarif|tarifs|cout d' *", Topic.Price, "Le prix d'{x} : {{prix}}."),
            new("prix|tarif|tarifs|cout du *", Topic.Price, "Le prix du {x} : {{prix}}."),
            new("prix|tarif|tarifs|cout des *", Topic.Price, "Le prix des {x} : {{prix}}."),
            new("quand arrivera|arrive *", Topic.Delivery, "[Vous avez|Tu as] demandé quand arrivera {x} : {{date}}."),
            new("quand sera livre|livree|expedie|expediee|prete|pret *", Topic.Delivery, "[Vous avez|Tu as] demandé quand [vous recevrez|tu recevras] {x} : {{date}}."),
            new("quand recevrai je *", Topic.Delivery, "[Vous avez|Tu as] demandé quand [vous recevrez|tu recevras] {x} : {{date}}."),
            new("quand recevrons nous *", Topic.Delivery, "[Vous avez|Tu as] demandé quand [vous recevrez|tu recevras] {x} : {{date}}."),
            new("delai|delais de livraison pour *", Topic.Delivery, "Le délai de livraison pour {x} : {{délai}}."),
            new("delai|delais de livraison de *", Topic.Delivery, "Le délai de livraison de {x} : {{délai}}."),
            new("delai|delais de livraison des *", Topic.Delivery, "Le délai de livraison des {x} : {{délai}}."),
            new("delai|delais de livraison du *", Topic.Delivery, "Le délai de livraison du {x} : {{délai}}."),
            new("ou en est *", Topic.Delivery, "[Vous avez|Tu as] demandé où en est {x} : {{état et date}}."),
            new("livrez vous *", Topic.Delivery, "[Vous avez|Tu as] demandé si nous livrons {x} : {{oui ou non}}."),
            new("livrer *", Topic.Delivery, "[Vous avez|Tu as] demandé si nous pouvons livrer {x} : {{oui ou non, et quand}}."),
            new("facture #", Topic.Invoice, "Au sujet de la facture {x} : {{réponse}}."),
            new("facture n|no|numero #", Topic.Invoice, "Au sujet de la facture {x} : {{réponse}}."),
            new("facture pour *", Topic.Invoice, "Au sujet de la facture pour {x} : {{réponse, ou facture jointe}}."),
            new("facture de *", Topic.Invoice, "Au sujet de la facture de {x} : {{réponse, ou facture jointe}}."),
            new("m'|nous|me envoyer|transmettre|adresser|faire|communiquer parvenir *", Topic.Document, "[Vous trouverez|Tu trouveras] ci-joint {x}. {{joindre, ou dire quand cela viendra}}"),
            new("m'|nous|me envoyer|transmettre|adresser|communiquer *", Topic.Document, "[Vous trouverez|Tu trouveras] ci-joint {x}. {{joindre, ou dire quand cela viendra}}"),
            new("envoyez|envoie moi|nous *", Topic.Document, "[Vous trouverez|Tu trouveras] ci-joint {x}. {{joindre, ou dire quand cela viendra}}"),
            new("recevoir *", Topic.Document, "[Vous trouverez|Tu trouveras] ci-joint {x}. {{joindre, ou dire quand cela viendra}}"),
            new("avez|as vous|tu * en stock", Topic.Availability, "[Vous avez|Tu as] demandé si nous avons {x} en stock : {{oui ou non}}."),
            new("avez|as vous|tu * disponible|libre", Topic.Availability, "[Vous avez|Tu as] demandé si nous avons {x} disponible : {{oui ou non}}."),
            new("avez|as vous|tu * disponibles|libres", Topic.Availability, "[Vous avez|Tu as] demandé si nous avons {x} disponibles : {{oui ou non}}."),
            new("reste t il *", Topic.Availability, "[Vous avez|Tu as] demandé s'il reste {x} : {{oui ou non}}."),
            new("rendez vous|reunion|creneau pour *", Topic.Appointment, "Pour {x}, nous proposons : {{date et heure}}."),
            new("reserver *", Topic.Appointment, "[Votre|Ta] réservation, {x} : {{confirmée / pas possible}}."),
            new("rappeler au sujet de|du *", Topic.Callback, "Nous [vous|te] rappellerons au sujet de {x} : {{jour et heure}}."),
            new("commander *", Topic.Order, "[Votre|Ta] commande, {x} : {{confirmation, prix et date de livraison}}."),
            new("acheter *", Topic.Order, "[Votre|Ta] commande, {x} : {{confirmation, prix et date de livraison}}."),
        ],
        Quoted = new Dictionary<Topic, string>
        {
            [Topic.General] = "[Vous avez|Tu as] demandé : « {q} » {{réponse}}",
            [Topic.Price] = "[Vous avez|Tu as] demandé : « {q} » Le prix : {{prix}}.",
            [Topic.Appointment] = "Au sujet du rendez-vous (« {q} ») : {{date et heure}}.",
            [Topic.Delivery] = "Au sujet de la livraison (« {q} ») : {{date de livraison}}.",
            [Topic.Invoice] = "Au sujet de la facture (« {q} ») : {{réponse}}.",
            [Topic.Document] = "[Vous avez|Tu as] écrit : « {q} » {{joindre, ou dire quand cela viendra}}",
            [Topic.Availability] = "[Vous avez|Tu as] demandé : « {q} » {{disponible : oui ou non}}",
            [Topic.Callback] = "Au sujet de l'appel souhaité (« {q} ») : nous [vous|te] rappellerons {{jour et heure}}.",
            [Topic.Complaint] = "[Vous avez|Tu as] écrit : « {q} » Nous en sommes désolés. {{ce que nous allons faire}}",
            [Topic.Hours] = "[Vous avez|Tu as] demandé nos horaires (« {q} ») : {{horaires}}.",
            [Topic.Place] = "[Vous avez|Tu as] demandé comment nous trouver (« {q} ») : {{adresse ou itinéraire}}.",
            [Topic.Order] = "Au sujet de [votre|ta] commande (« {q} ») : {{confirmation, prix et date de livraison}}.",
        }.ToFrozenDictionary(),
        Said = "[Vous avez|Tu as] écrit : « {q} » {{réponse}}",
        Proposed = "[Votre|Ta] proposition, {x} : {{oui, cela nous convient / une autre date}}.",
        HoursAre = "[Vous avez|Tu as] demandé nos horaires : {h}",
        PlaceIs = "[Vous avez|Tu as] demandé comment nous trouver : {h}",
        Thanks = new Dictionary<Topic, string>
        {
            [Topic.General] = "merci pour [votre|ton] message{d}.",
            [Topic.Price] = "merci pour [votre|ta] demande{d}.",
            [Topic.Appointment] = "merci pour [votre|ton] message{d} au sujet du rendez-vous.",
            [Topic.Delivery] = "merci pour [votre|ton] message{d} au sujet de la livraison.",
            [Topic.Invoice] = "merci pour [votre|ton] message{d} au sujet de la facture.",
            [Topic.Availability] = "merci pour [votre|ta] demande{d}.",
            [Topic.Complaint] = "merci de nous avoir prévenus.",
            [Topic.Order] = "merci pour [votre|ta] commande{d}.",
        }.ToFrozenDictionary(),
        OfDate = " du {d}",
        FormalHello = "Bonjour {n},",
        FormalHelloNoName = "Bonjour,",
        FamiliarHello = "Bonjour {n},",
        FamiliarHelloNoName = "Bonjour,",
        Further = "S'il reste une question, il suffit de répondre à ce message. Nous répondons {r}.",
        FurtherOther = "S'il reste une question, il suffit de répondre à ce message (notre délai de réponse habituel : {r}).",
        FurtherPlain = "S'il reste une question, il suffit de répondre à ce message.",
        TimeOpeners = List("sous, dans, en, avant, le jour, au plus tard, d' ici, toujours, generalement, des"),
        FormalClosing = "Cordialement",
        FamiliarClosing = "À bientôt",
        More = "{{encore {n} questions dans le message}}",
        Months = Split("janvier, février, mars, avril, mai, juin, juillet, août, septembre, octobre, novembre, décembre"),
        DateForm = "{d} {m} {y}",
        WroteOn = "Le {d}, {n} a écrit :",
        Wrote = "{n} a écrit :",
        Sender = "l'expéditeur",
        CutLines = ("[… encore une ligne]", "[… encore {n} lignes]"),
        Turned = new Dictionary<string, string>
        {
            ["mon"] = "[votre|ton]", ["ma"] = "[votre|ta]", ["mes"] = "[vos|tes]", ["notre"] = "votre", ["nos"] = "vos", ["votre"] = "notre", ["vos"] = "nos",
            ["ton"] = "notre", ["ta"] = "notre", ["tes"] = "nos",
        }.ToFrozenDictionary(),
        Persons = Set("je j' me m' moi nous vous tu te t' toi il elle ils elles on ce cela ca celui celle ceci c' y"),
        Ends = Set("svp avant afin merci s' d'ici parce car si quand comment ou jusqu' mais puis lorsque"),
        Joiners = Set("et"),
        Days = Set("lundi mardi mercredi jeudi vendredi samedi dimanche demain janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre week"),
        DayParts = Set("le la du au a vers entre et prochain prochaine matin apres midi soir h heures heure de des l' end ou cette semaine 1er partir"),
        Familiar = Set("tu te t' toi ton ta tes peux pourrais salut"),
        Formal = Set("vous votre vos monsieur madame"),
        Empty = Set("le la les de des du un une et est sont vous nous je j' il elle votre vos notre nos mon ma mes pour dans sur avec que qui quel quelle quels quand pas ne plus bonjour "
            + "merci pourriez pouvez en au aux a ce cette s' d' l' c' qu' n' m' tu te ton ta tes peux avez avons suis si ou aider aide dire savoir pensez penses avis idee repondre "
            + "reponse retour me moi plait bien tout ok chose quelque question questions encore autre besoin voudrais y t' rien faire possible serait il bientot vite"),
    };
}
