#!/usr/bin/env python3
"""Google, as its documents say it is: consent page, tokens, Gmail's interface. Rules that a real client meets are kept to: PKCE, redirect addresses, scopes, tokens that end, a history that is
forgotten, pages, quotas. Everything asked goes to a log, a line each: time, method, path, status.

    gmail.py PORT FOLDER LOG

Mails are FOLDER/*.eml; one that appears there has arrived, or was sent where its name begins with sent-. What is different today stands in FOLDER/rules.json (read at each request):
  revoked (list of refresh tokens, or true for all), forgotten (history before it is gone), quota ({"status": 429, "after": 2, "times": 3}), cut (answer with nothing, so many times),
  poison (what stands in a mail that is not given) and poison_says (a status, or "garbage"), expires (seconds of a token), consent ("deny", or the scopes that are granted instead of those asked)
"""
import base64
import email
import hashlib
import json
import os
import re
import secrets
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

PORT, FOLDER, LOG = int(sys.argv[1]), sys.argv[2], sys.argv[3]
AUTH = "https://www.googleapis.com/auth/"
READS = {AUTH + "gmail.readonly", AUTH + "gmail.modify", "https://mail.google.com/"}
SENDS = {AUTH + "gmail.send", AUTH + "gmail.compose", AUTH + "gmail.modify", "https://mail.google.com/"}
CLIENT, CLIENT_SECRET, PAGE = "client-1.apps.example", "desktop-secret", 3
CHANGED = ("messages/send", "modify", "trash", "untrash", "batchModify", "batchDelete", "import", "labels", "drafts", "settings")
lock = threading.RLock()


class World:
    """Mails in the order in which they came, and the tokens that were given."""

    def __init__(self):
        self.mails, self.names, self.history = [], set(), 5000
        self.codes, self.refresh, self.access, self.sent = {}, {}, {}, []
        self.refresh["preset-read"] = {AUTH + "gmail.readonly"}
        self.refresh["preset-wide"] = {AUTH + "gmail.readonly", AUTH + "gmail.send"}
        self.quota_used = self.cut_used = 0

    def rules(self):
        try:
            with open(os.path.join(FOLDER, "rules.json"), encoding="utf-8") as f:
                return json.load(f)
        except FileNotFoundError:
            return {}

    def look(self):
        for name in sorted((n for n in os.listdir(FOLDER) if n.endswith(".eml")), key=lambda n: (os.stat(os.path.join(FOLDER, n)).st_mtime, n)):
            if name not in self.names:
                self.names.add(name)
                with open(os.path.join(FOLDER, name), "rb") as f:
                    self.add(f.read(), os.stat(os.path.join(FOLDER, name)).st_mtime, ["SENT"] if name.startswith("sent-") else ["INBOX", "UNREAD"])

    def add(self, octets, arrived, labels):
        self.history += 7
        mail = {"id": f"{int(time.time() * 1000):x}{len(self.mails):04x}", "octets": octets, "arrived": arrived, "labels": labels, "history": self.history}
        self.mails.append(mail)
        return mail


world = World()


class Google(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def say(self, status, body, headers=None):
        octets = body if isinstance(body, bytes) else json.dumps(body).encode()
        path = urlsplit(self.path)
        for name in (LOG, LOG + ".all"):  # the one is emptied on the way
            with lock, open(name, "a", encoding="utf-8") as log:
                log.write(f"{time.time():.3f} {self.command} {path.path}{'?' + path.query if '/gmail/' in path.path and path.query else ''} {status}\n")
        self.send_response(status)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def error(self, status, reason, message, headers=None):
        self.say(status, {"error": {"code": status, "message": message, "errors": [{"domain": "global", "reason": reason, "message": message}]}}, headers)

    def refuse(self, error, words, status=400):
        self.say(status, {"error": error, "error_description": words})

    def do_GET(self):
        parts = urlsplit(self.path)
        fields = parse_qs(parts.query)
        with lock:
            if parts.path == "/auth":
                return self.consent({k: v[0] for k, v in fields.items()})
            if parts.path == "/tokeninfo":
                given = world.access.get(fields.get("access_token", [""])[0])
                if not given or given["until"] < time.time():
                    return self.refuse("invalid_token", "Invalid Value")
                return self.say(200, {"azp": CLIENT, "aud": CLIENT, "scope": " ".join(sorted(given["scopes"])), "expires_in": str(int(given["until"] - time.time())), "access_type": "offline"})
            if parts.path.startswith("/gmail/v1/users/me/"):
                return self.gmail(parts.path[len("/gmail/v1/users/me/"):], fields, READS)
        return self.error(404, "notFound", "Not Found")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with lock:
            if urlsplit(self.path).path == "/token":
                return self.token({k: v[0] for k, v in parse_qs(body.decode()).items()})
            if self.path == "/upload/gmail/v1/users/me/messages/send?uploadType=media" and self.headers.get("Content-Type") == "message/rfc822":
                return self.gmail("messages/send", body, SENDS)
        return self.error(405, "httpMethodNotAllowed", "Method Not Allowed")

    def do_PUT(self):
        self.error(405, "httpMethodNotAllowed", "Method Not Allowed")

    do_DELETE = do_PATCH = do_PUT

    # ---- OAuth 2.0 for desktop apps ----

    def consent(self, asked):
        redirect = urlsplit(asked.get("redirect_uri", ""))
        if asked.get("client_id") != CLIENT or asked.get("response_type") != "code":
            return self.say(400, b"Error 400: invalid_request", {"X-Why": "client"})
        if redirect.scheme != "http" or redirect.hostname not in ("127.0.0.1", "::1") or redirect.query:
            return self.say(400, b"Error 400: redirect_uri_mismatch")
        if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
            return self.say(400, b"Error 400: PKCE")
        rule = world.rules().get("consent")
        if rule == "deny":
            answer = {"error": "access_denied"}
        else:
            code = "4/" + secrets.token_urlsafe(20)
            scopes = set((rule or asked["scope"]).split())
            world.codes[code] = {"scopes": scopes, "challenge": asked["code_challenge"], "redirect": asked["redirect_uri"], "offline": asked.get("access_type") == "offline" and asked.get("prompt") == "consent"}
            answer = {"code": code, "scope": " ".join(scopes)}
        if "state" in asked:
            answer["state"] = asked["state"]
        return self.say(302, b"", {"Location": asked["redirect_uri"].rstrip("/") + "/?" + urlencode(answer)})

    def token(self, form):
        if form.get("client_id") != CLIENT or form.get("client_secret") != CLIENT_SECRET:
            return self.refuse("invalid_client", "The OAuth client was not found.", 401)
        answer = {"token_type": "Bearer", "expires_in": world.rules().get("expires", 3599)}
        if world.rules().get("refresh_ends"):
            answer["refresh_token_expires_in"] = world.rules()["refresh_ends"]
        if form.get("grant_type") == "authorization_code":
            code = world.codes.pop(form.get("code"), None)
            challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
            if not code or code["challenge"] != challenge or not 43 <= len(form.get("code_verifier", "")) <= 128:
                return self.refuse("invalid_grant", "Bad Request")
            if code["redirect"] != form.get("redirect_uri"):
                return self.refuse("redirect_uri_mismatch", "Bad Request")
            scopes = code["scopes"]
            if code["offline"]:
                answer["refresh_token"] = "1//" + secrets.token_urlsafe(30)
                world.refresh[answer["refresh_token"]] = scopes
        elif form.get("grant_type") == "refresh_token":
            scopes, revoked = world.refresh.get(form.get("refresh_token")), world.rules().get("revoked", [])
            if not scopes or revoked is True or form["refresh_token"] in revoked:
                return self.refuse("invalid_grant", "Token has been expired or revoked.")
        else:
            return self.refuse("unsupported_grant_type", "Invalid grant_type")
        answer["access_token"] = "ya29." + secrets.token_urlsafe(30)
        answer["scope"] = " ".join(sorted(scopes))
        world.access[answer["access_token"]] = {"scopes": scopes, "until": time.time() + answer["expires_in"]}
        return self.say(200, answer)

    # ---- Gmail API v1 ----

    def gmail(self, what, fields, needs):
        given = world.access.get((self.headers.get("Authorization") or "").removeprefix("Bearer "))
        if not given or given["until"] < time.time():
            return self.error(401, "authError", "Request had invalid authentication credentials.")
        if not needs & given["scopes"]:
            return self.error(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
        rules = world.rules()
        quota = rules.get("quota")
        if quota and world.quota_used < quota["times"] and "format=raw" in self.path:
            world.quota_used += 1
            reason = "rateLimitExceeded"
            return self.error(quota["status"], reason, "Quota exceeded for quota metric 'Queries'.", {"Retry-After": str(quota["after"])})
        if rules.get("cut", 0) > world.cut_used and what == "messages/send":
            world.cut_used += 1
            if rules.get("cut_keeps", True):
                self.send_mail(fields)
            self.close_connection = True
            return None
        if what == "messages/send":
            return self.say(200, self.send_mail(fields))
        if what.split("/")[-1] in CHANGED:
            return self.error(405, "httpMethodNotAllowed", "Method Not Allowed")
        world.look()
        if what == "profile":
            return self.say(200, {"emailAddress": rules.get("address", "anna@werkstatt.example"), "messagesTotal": len(world.mails), "historyId": str(world.history)})
        if what == "messages":
            return self.list(fields)
        if what == "history":
            return self.changes(fields)
        if what.startswith("threads/"):
            return self.thread(what.split("/")[1], fields.get("metadataHeaders", []))
        if what.startswith("messages/"):
            poison = next((m for m in world.mails if m["id"] == what.split("/")[1] and rules.get("poison", "\0").encode() in m["octets"]), None)
            if poison and rules.get("poison_says") == "garbage":
                return self.say(200, b"<html>not what was asked for")
            if poison:
                return self.error(rules["poison_says"], "backendError", "Backend Error")
            return self.message(what.split("/")[1], fields.get("format", ["full"])[0])
        return self.error(404, "notFound", "Requested entity was not found.")

    def send_mail(self, body):
        # A Message-ID of its own in the place of ours, as the real one does with some; a Bcc field goes no further.
        octets = body
        if world.rules().get("renames"):
            octets = re.sub(rb"(?im)^Message-ID: .*$", b"Message-ID: <CA+" + secrets.token_hex(8).encode() + b"@mail.gmail.com>\r", body, count=1)
        mail = world.add(octets, time.time(), ["SENT"])
        world.sent.append(mail["id"])
        with open(os.path.join(FOLDER, "sent", mail["id"] + ".eml"), "wb") as f:
            f.write(body)
        return {"id": mail["id"], "threadId": mail["id"], "labelIds": ["SENT"]}

    @staticmethod
    def thread_of(mail):
        header = email.message_from_bytes(mail["octets"])
        before = re.findall(r"<([^>]+)>", f"{header['References'] or ''} {header['In-Reply-To'] or ''}")
        root = next((m for m in world.mails if before and f"<{before[0]}>" == (email.message_from_bytes(m["octets"])["Message-ID"] or "").strip()), mail)
        return root["id"]

    def thread(self, identity, wanted):
        rows = [m for m in world.mails if self.thread_of(m) == identity]
        if not rows:
            return self.error(404, "notFound", "Requested entity was not found.")
        wanted = {w.lower() for w in wanted}
        return self.say(200, {"id": identity, "messages": [{"id": m["id"], "threadId": identity, "labelIds": m["labels"], "internalDate": str(int(m["arrived"] * 1000)), "sizeEstimate": len(m["octets"]),
            "payload": {"headers": [{"name": k, "value": str(v)} for k, v in email.message_from_bytes(m["octets"]).items() if k.lower() in wanted]}} for m in rows]})

    def paged(self, rows, fields, key, row, more):
        size = min(int(fields.get("maxResults", ["100"])[0]), PAGE)
        skip = int(fields.get("pageToken", ["0"])[0])
        answer = {key: [row(r) for r in rows[skip:skip + size]], **more}
        if not answer[key]:
            del answer[key]
        if skip + size < len(rows):
            answer["nextPageToken"] = str(skip + size)
        return self.say(200, answer)

    def list(self, fields):
        rows = [m for m in world.mails if set(fields.get("labelIds", [])) <= set(m["labels"])]
        for word in fields.get("q", [""])[0].split():
            key, _, value = word.partition(":")
            if key == "after":
                rows = [m for m in rows if m["arrived"] > int(value)]
            elif key == "in" and value == "sent":
                rows = [m for m in rows if "SENT" in m["labels"]]
            elif key == "rfc822msgid":
                rows = [m for m in rows if value.strip("<>").encode() in m["octets"].split(b"\r\n\r\n")[0]]
            else:
                return self.error(400, "invalidArgument", f"the stand-in knows no search for {key}")
        rows.sort(key=lambda m: -m["arrived"])
        return self.paged(rows, fields, "messages", lambda m: {"id": m["id"], "threadId": self.thread_of(m)}, {"resultSizeEstimate": len(rows)})

    def changes(self, fields):
        behind = int(fields["startHistoryId"][0])
        if behind < max(5000, world.rules().get("forgotten", 0)):
            return self.error(404, "notFound", "Requested entity was not found.")
        rows = [m for m in world.mails if m["history"] > behind and set(fields.get("labelId", [])) <= set(m["labels"])]
        return self.paged(rows, fields, "history", lambda m: {"id": str(m["history"]), "messages": [{"id": m["id"], "threadId": m["id"]}],
            "messagesAdded": [{"message": {"id": m["id"], "threadId": m["id"], "labelIds": m["labels"]}}]}, {"historyId": str(world.history)})

    def message(self, identity, form):
        mail = next((m for m in world.mails if m["id"] == identity), None)
        if not mail:
            return self.error(404, "notFound", "Requested entity was not found.")
        answer = {"id": identity, "threadId": identity, "labelIds": mail["labels"], "historyId": str(mail["history"]), "internalDate": str(int(mail["arrived"] * 1000)), "sizeEstimate": len(mail["octets"])}
        if form == "raw":
            answer["raw"] = base64.urlsafe_b64encode(mail["octets"].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")).decode()
        elif form in ("metadata", "full"):
            headers = email.message_from_bytes(mail["octets"]).items()
            answer["payload"] = {"headers": [{"name": k, "value": str(v)} for k, v in headers]}
        return self.say(200, answer)


os.makedirs(os.path.join(FOLDER, "sent"), exist_ok=True)
ThreadingHTTPServer(("127.0.0.1", PORT), Google).serve_forever()
