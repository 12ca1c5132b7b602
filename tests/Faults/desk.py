"""An owner's machine on which one mail is approved, the way to the real SMTP server, its Sent mailbox, and what the world received."""

import collections
import email
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

import sweep

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Stories", "servers"))
import smtp_proxy  # noqa: E402

TAG = "X-Story-Trial"
TRY_AGAIN, FAILED = 75, 1
# Who saves the copy in Sent: the program itself; the server, at once or late, with the Message-ID that it was given or with one of its own. away: Sent cannot be reached at first.
OWN, SAVED, LATE, RENAMED, LATE_RENAMED, AWAY = SENT = ("own", "saved", "late", "renamed", "late-renamed", "away")


class World:
    """Everything that the SMTP server delivered to anybody, by trial. What it delivered is looked at once."""

    def __init__(self, folder):
        self.folder, self.seen, self.mails, self.lock = folder, set(), collections.defaultdict(list), threading.Lock()

    def of(self, trial):
        """(the server's number for one accepted DATA, recipient) of each copy."""
        with self.lock:
            for name in os.listdir(self.folder):
                if name.endswith(".eml") and name not in self.seen:
                    with open(os.path.join(self.folder, name), "rb") as file:
                        mail = email.message_from_binary_file(file)
                    self.seen.add(name)
                    self.mails[mail[TAG]].append((re.search(r"\bid ([0-9a-f]+)", mail["Received"]).group(1), mail["X-Story-Recipient"]))
            return list(self.mails[str(trial)])


class Desk(sweep.Machines):
    """In a place of its own, as sweep.Machines; with a proxy and a mailbox of its own."""

    what, program, command = "turn", "localagent", ["run", "--once"]

    def __init__(self, programs, world, machine, number):
        self.machine, self.user = machine, f"{machine}{number}@werkstatt.example"
        self.parts = (machine, "letters", "remote.git") if machine == "owner" else (machine, "letters")
        self.addressed = (f"{machine}/vault.toml", f"{machine}/state/git/config") if machine == "owner" else (f"{machine}/vault.toml",)
        super().__init__(programs, world, f"-{machine}{number}")
        self.top, self.mailbox = world, os.path.join(world, "mail", self.user)
        with open(os.path.join(world, "dovecot", "users"), encoding="ascii") as users:
            known = users.read()
        if f"{self.user}:" not in known:
            with open(os.path.join(world, "dovecot", "users"), "a", encoding="ascii") as users:
                users.write(self.user + ":" + known.split(":", 1)[1].split("\n", 1)[0] + "\n")
        path = os.path.join(self.template, machine, "vault.toml")
        with open(path, encoding="utf-8") as file:
            configuration = file.read().replace(self.now + "/tls/", os.path.join(world, "tls") + "/")
        server = int(re.search(r"\[account\.smtp\][^[]*?port = (\d+)", configuration).group(1))
        self.proxy = smtp_proxy.Proxy(0, server, os.path.join(world, "tls"), self.act, self.rewrite)
        threading.Thread(target=self.proxy.run, daemon=True).start()
        configuration = re.sub(r"(\[account\.smtp\][^[]*?port = )\d+", rf"\g<1>{self.proxy.port}", configuration)
        self.configuration = configuration.replace("[account.imap]\n", f'[account.imap]\nuser = "{self.user}"\n')
        self.lock = threading.Lock()
        self.victim, self.trial, self.sent, self.fault, self.came_up, self.accepted, self.late = None, 0, OWN, None, False, 0, None

    # ---- one trial's ground ----

    def begin(self, trial, sent, fault=None):
        """fault: (step, action); what is done to the client at the first mail that comes to that step."""
        self.fresh()
        shutil.rmtree(self.mailbox, ignore_errors=True)
        with self.lock:
            self.trial, self.sent, self.fault, self.came_up, self.accepted, self.late = trial, sent, fault, False, 0, None
        self.configure()
        (name,) = [f for _, _, files in os.walk(os.path.join(self.now, self.machine, "vault", "Approved")) for f in files]
        self.id = name.removesuffix(".md")

    def configure(self, sent_is_away=False):
        text = self.configuration
        if self.sent in (SAVED, LATE, RENAMED, LATE_RENAMED):
            text = text.replace('outbox = "smtp"\n', 'outbox = "smtp"\nserver_saves_sent = true\n')
        if sent_is_away:
            text = re.sub(r"(\[account\.imap\][^[]*?port = )\d+", r"\g<1>1", text)
        with open(os.path.join(self.now, self.machine, "vault.toml"), "w", encoding="utf-8") as file:
            file.write(text)

    # ---- the post, as the proxy sees it ----

    def act(self, step, conversation):
        if step.endswith(" RCPT"):
            if step.startswith("before"):
                conversation.named = getattr(conversation, "named", 0) + 1
            step += f" {conversation.named}"
        with self.lock:
            if step == "accepted" and conversation.answer.startswith(b"250"):
                self.accepted += 1
                if self.sent in (SAVED, RENAMED):
                    self.save(conversation.mail)
                elif self.sent in (LATE, LATE_RENAMED):
                    self.late = conversation.mail
            if self.fault is None or self.fault[0] != step:
                return None
            action, self.fault, self.came_up = self.fault[1], None, True
        if action == "delay":
            time.sleep(0.7)
            return None
        if action == "kill":
            os.kill(self.victim, signal.SIGKILL)
            raise smtp_proxy.Cut
        if action == "cut":
            raise smtp_proxy.Cut
        if action == "half":
            conversation.tell(conversation.answer[:2])
            raise smtp_proxy.Cut
        if action == "421":
            conversation.tell(b"421 4.3.2 closing\r\n")
            raise smtp_proxy.Cut
        return action.encode() + b" 4.7.1 the story says no\r\n"

    def rewrite(self, mail):
        """What the server gets: with the trial's number, and from a relay that thinks it knows better with another Message-ID."""
        if self.sent in (RENAMED, LATE_RENAMED):
            mail, times = re.subn(rb"(?m)^Message-ID: <[^>]*>", b"Message-ID: <%d@relay.example>" % self.trial, mail, count=1)
            assert times == 1
        return f"{TAG}: {self.trial}\r\n".encode() + mail

    def save(self, mail):
        box = os.path.join(self.mailbox, ".Sent")
        for part in ("cur", "new", "tmp"):
            os.makedirs(os.path.join(box, part), exist_ok=True)
        path = os.path.join(box, "new", f"{time.time_ns()}.story")
        with open(path, "wb") as file:
            file.write(mail)
        for at, folders, files in os.walk(self.mailbox):
            for name in (at, *(os.path.join(at, f) for f in folders + files)):
                shutil.chown(name, "nobody", "nogroup")

    def save_late(self):
        with self.lock:
            mail, self.late = self.late, None
            if mail is not None:
                self.save(mail)

    def in_sent(self):
        return sum(len(files) for folder, _, files in os.walk(os.path.join(self.mailbox, ".Sent")) if os.path.basename(folder) in ("cur", "new"))

    # ---- the program ----

    def run(self, *arguments, before=()):
        """Exit code and all that it said. Where a proxy kills, this is the process that it kills."""
        command, environment = self.called(self.machine, *before)
        with subprocess.Popen([*command, *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace") as process:
            self.victim = process.pid
            try:
                said, _ = process.communicate(timeout=120)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        if "Unhandled" in said or re.search(r"^\s+at [A-Z]", said, re.M):
            raise sweep.Broken(f"it crashed: {said}")
        return process.returncode, said

    def turn(self, *codes):
        """An undisturbed one; for a moment the lock of the one that was killed may still be there."""
        for _ in range(50):
            code, said = self.run(*self.command)
            if code != sweep.LOCKED:
                break
            time.sleep(0.1)
        if code not in (sweep.WELL, sweep.REMARKS, TRY_AGAIN, *codes):
            raise sweep.Broken(f"an undisturbed turn ended with {code}: {said}")

    def well(self, *arguments):
        code, said = self.run(*arguments)
        if code != sweep.WELL:
            raise sweep.Broken(f"{' '.join(arguments)} ended with {code}: {said}")
        return said

    # ---- what is there ----

    def path(self):
        top = os.path.join(self.now, self.machine, "vault")
        found = [os.path.join(folder, f) for folder, _, files in os.walk(top) for f in files if f == self.id + ".md"]
        if len(found) != 1:
            raise sweep.Broken(f"it lies in {len(found)} places: {found}")
        return found[0]

    def stage(self):
        return os.path.relpath(self.path(), os.path.join(self.now, self.machine, "vault")).split("/")[0]

    def text(self):
        with open(self.path(), encoding="utf-8") as file:
            return file.read()

    def phase(self):
        """unknown where the owner is asked; None where nobody acts on it."""
        match = re.search(r"^phase: \"?(\w+)", self.text(), re.M)
        return match and match.group(1)

    def asks(self):
        return any(t["id"] == self.id and t["state"] == "unknown" for t in json.loads(self.well("list", "--json")))

    def was_offered(self):
        """Whether the record outside the vault, which is written first, says that the mail may have gone out at some time."""
        folder = os.path.join(self.now, self.machine, "state", "spent")
        return any(" Offered " in open(os.path.join(folder, f), encoding="ascii").read() for f in os.listdir(folder)) if os.path.isdir(folder) else False

    def skip_waiting(self):
        """What the file says to wait for is over at once: it is patience, not safety."""
        path = self.path()
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
        changed = re.sub(r"(?m)^(not_before|offered_at): .*", r"\1: 2000-01-01T00:00:00Z", text)
        if changed != text:
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(changed)
