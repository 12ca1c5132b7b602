#!/usr/bin/env python3
"""Writes mails as customers write them: mails.py MAILDIR COUNT. The same arguments give the same mails but for their dates, which are of the last two days."""
import datetime
import email.message
import email.policy
import email.utils
import os
import pathlib
import random
import sys

THINGS = {
    "en": ["oak table", "kitchen shelf", "garden bench", "window frame", "staircase", "wardrobe", "writing desk", "front door"],
    "de": ["Eichentisch", "Küchenregal", "Gartenbank", "Fensterrahmen", "Treppengeländer", "Kleiderschrank", "Schreibtisch", "Haustür"],
    "fr": ["table en chêne", "étagère de cuisine", "banc de jardin", "fenêtre", "rampe d’escalier", "armoire", "porte d’entrée", "commode"],
    "es": ["mesa de roble", "estantería de cocina", "silla de jardín", "ventana", "escalera", "mesa de trabajo", "puerta", "cómoda"],
}
NAMES = {
    "en": ["Sarah Whitfield", "Tom Archer", "Grace Miller", "Peter Boyd", "Alice Grant"],
    "de": ["Jürgen Krämer", "Petra Vogt", "Hans Müller", "Claudia Weiß", "Dirk Schröder"],
    "fr": ["Camille Lefèvre", "Hélène Dubois", "Luc Garnier", "Chloé Martin", "Émile Petit"],
    "es": ["Lucía Gómez", "José Núñez", "Marta Ibáñez", "Andrés Peña", "Inés Muñoz"],
}
SUBJECT = {"en": "Your price: {}", "de": "Anfrage: {}", "fr": "Demande : {}", "es": "Consulta: {}"}
BODY = {
    "en": "Hello Anna,\n\nmy {thing} is broken and about {n} cm of it are worn. Can you repair it? What would that cost, and could we bring it in on {day}?\n"
          "{more}\nThanks a lot,\n{name}\n",
    "de": "Guten Tag,\n\nwir brauchen ein neues Stück: {thing}, {n} cm breit. Was kostet das ungefähr? Bis wann könnten Sie liefern, und geht es noch vor {day}?\n"
          "{more}\nMit freundlichen Grüßen\n{name}\n",
    "fr": "Bonjour,\n\nje cherche quelqu’un pour réparer ma {thing}, large de {n} cm. Pourriez-vous passer {day} ? Combien coûte un déplacement ?\n"
          "{more}\nBien cordialement,\n{name}\n",
    "es": "Buenos días:\n\nme gustaría reparar mi {thing}, de {n} cm. ¿Cuánto costaría? ¿Podrían venir el {day}?\n"
          "{more}\nUn saludo,\n{name}\n",
}
MORE = {
    "en": "It stands in our dining room and was made by my grandfather around nineteen sixty. The wood is still good as far as I can tell.",
    "de": "Das alte ist vom Wasser verzogen, die Maße kann ich Ihnen gern noch einmal genau schicken. Die Anlieferung wäre über den Hof möglich.",
    "fr": "Elle vient de ma grand-mère et nous y tenons beaucoup. Le bois est encore bon, je crois, mais les joints ne tiennent plus.",
    "es": "La compramos hace muchos años en Toledo y le tenemos mucho cariño. La madera está bien, pero las uniones ya no aguantan.",
}
DAYS = {"en": ["Monday", "Thursday"], "de": ["Montag", "Donnerstag"], "fr": ["lundi", "jeudi"], "es": ["lunes", "jueves"]}


def customer(chance, number, date):
    """A mail that wants an answer."""
    language = chance.choice(list(THINGS))
    thing, name, day = (chance.choice(x[language]) for x in (THINGS, NAMES, DAYS))
    more = "".join(MORE[language] + "\n" for _ in range(chance.randrange(4)))
    text = BODY[language].format(thing=thing, name=name, day=day, n=chance.randrange(20, 300), more=more)
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"] = email.utils.formataddr((name, f"customer{number}@kunde.example"))
    mail["To"] = "anna@werkstatt.example"
    mail["Subject"] = SUBJECT[language].format(thing)
    mail["Date"] = email.utils.format_datetime(date)
    mail["Message-ID"] = f"<bench.{number}@kunde.example>"
    mail.set_content(text, cte="quoted-printable")
    if chance.random() < 0.5:
        mail.add_alternative("<html><body>" + "".join(f"<p>{line}</p>" for line in text.splitlines() if line) + "</body></html>", subtype="html")
    return mail


def deliver(mail, maildir, number, date):
    """Puts a mail into a maildir, as come at that time."""
    path = maildir / "tmp" / f"{number}.bench"
    path.write_bytes(mail.as_bytes())
    os.utime(path, (date.timestamp(), date.timestamp()))
    os.rename(path, maildir / "new" / f"1700000000.M{number:06}.bench")


def main():
    target, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    for folder in ("cur", "new", "tmp"):
        (target / folder).mkdir(parents=True, exist_ok=True)
    chance = random.Random(1)
    now = datetime.datetime.now(datetime.timezone.utc)
    for number in range(count):
        date = now - datetime.timedelta(minutes=10 + number % 2800)
        deliver(customer(chance, number, date), target, number, date)


if __name__ == "__main__":
    main()
