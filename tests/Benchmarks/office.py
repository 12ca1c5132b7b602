"""A simulated office: two machines of the published programs under a simulated clock, the mail that comes to one of them, and the owner at the other."""
import collections
import datetime
import json
import os
import pathlib
import random
import re
import subprocess
import sys

import mails

BIN = os.environ["BIN"]


def robot(chance, number, date):
    """A mail that wants no answer: a newsletter, a list's, a program's."""
    kind = number % 3
    mail = mails.email.message.EmailMessage(policy=mails.email.policy.SMTP)
    mail["From"] = (f"Trade news <news{number % 50}@shop.example>", f"Member <member{number % 200}@guild.example>", f"Shop <no-reply@shop{number % 30}.example>")[kind]
    mail["To"] = ("anna@werkstatt.example", "joiners@guild.example", "anna@werkstatt.example")[kind]
    mail["Subject"] = ("What is new: {}", "Re: Which glue for ash? ({})", "Your parcel {} is on its way")[kind].format(number)
    mail["Date"] = mails.email.utils.format_datetime(date)
    mail["Message-ID"] = f"<robot.{number}@shop.example>"
    for header in ({"List-Unsubscribe": "<https://shop.example/u>", "Precedence": "bulk"}, {"List-Id": "<joiners.guild.example>"}, {"Auto-Submitted": "auto-generated"})[kind].items():
        mail[header[0]] = header[1]
    mail.set_content("".join(f"Line {line} of mail {number}, about {chance.randrange(10 ** 9)} things.\n" for line in range(chance.randrange(5, 60))))
    return mail


class Office:
    """WORLD holds the machines `owner` and `cloud` that a script made. One mail of EACH is a customer's."""

    def __init__(self, world, inbox, now, each=5, drafts=40):
        self.world, self.inbox, self.now, self.each, self.drafts = pathlib.Path(world), pathlib.Path(inbox), now, each, drafts
        self.pending, self.approved, self.rejected = (self.world / "owner/vault" / stage / "email" for stage in ("Pending_Approval", "Approved", "Rejected"))
        self.chance = random.Random(2)
        self.left, self.did = set(), collections.Counter()

    def clock(self):
        """Only the time of day is another: files keep the kernel's stamps, and a wait takes as long as ever."""
        return {"LD_PRELOAD": os.environ["FAKETIME_LIBRARY"], "FAKETIME": self.now.strftime("@%Y-%m-%d %H:%M:%S"), "TZ": "UTC", "NO_FAKE_STAT": "1", "DONT_FAKE_MONOTONIC": "1"}

    def program(self, machine, *arguments):
        """Runs a machine's program under the simulated clock, to its end."""
        name = "localagent" if machine == "owner" else "cloudagent"
        done = subprocess.run([f"{BIN}/{name}", "--config", self.world / machine / "vault.toml", *arguments], env=os.environ | self.clock() | {"HOME": str(self.world / machine / "home")},
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        with open(self.world / "log" / machine, "a", encoding="utf-8") as log:
            log.write(f"{self.now:%F %T} {' '.join(arguments)}\n{done.stderr}")
        if done.returncode != 0:
            sys.exit(f"{self.now:%F %T} {name} {' '.join(arguments)}: ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def at(self, hour):
        self.now = self.now.replace(hour=hour, minute=self.chance.randrange(60), second=self.chance.randrange(60))

    def deliver(self, count):
        """So many mails have come in the last six hours."""
        for _ in range(count):
            number = self.did["mails"]
            date = self.now - datetime.timedelta(seconds=self.chance.randrange(6 * 3600))
            mails.deliver((mails.customer if number % self.each == 0 else robot)(self.chance, number, date), self.inbox, number, date)
            self.did["mails"] += 1

    def owner(self, hour):
        self.at(hour)
        self.program("owner", "run", "--once")

    def answer(self, by_command=True):
        """The owner goes through what is new: of 40 drafts 34 are approved, most of them by moving the file, 4 are rejected and 2 are left lying for good."""
        for file in sorted(self.pending.glob("*.md")):
            if file.name in self.left:
                continue
            kind = self.did["answered"] % self.drafts
            self.did["answered"] += 1
            if kind < 2:
                self.left.add(file.name)
            elif kind < 5 and by_command:
                self.program("owner", "reject", file.stem, "--reason", "no job for us")
            elif kind < 6:
                file.rename(self.rejected / file.name)
            else:
                fill(file)
                self.did["approved"] += 1
                if kind < 8 and by_command:
                    self.program("owner", "approve", file.stem, "--digest", json.loads(self.program("owner", "show", file.stem, "--json"))["digest"])
                else:
                    file.rename(self.approved / file.name)


def fill(file):
    """What only the owner knows comes into the draft's blanks; by replacing the file, as editors do."""
    head, draft, original = re.fullmatch(r"(.*\n## Draft\n)(.*)(\n## Original\n.*)", file.read_text(encoding="utf-8"), re.S).groups()
    new = file.with_suffix(".owner")
    new.write_text(head + re.sub(r"\{\{.*?\}\}", "Thursday at ten", draft, flags=re.S) + original, encoding="utf-8")
    new.replace(file)
