#!/usr/bin/env python3
"""Microsoft, as its documents say it is: the identity platform's pages and tokens, Graph's mail. Rules that a real client meets are kept to: PKCE, redirect addresses, scopes, tokens that end, a
refresh token that is another each time, delta links that are forgotten, pages in no order, throttling. Everything asked goes to a log, a line each: time, method, path, status.

    graph.py PORT FOLDER LOG

Mails are FOLDER/*.eml; one that appears there has arrived, or was sent where its name begins with sent-. What is different today stands in FOLDER/rules.json (read at each request):
  revoked (true), gone (delta links are forgotten), throttle ({"after": 2, "times": 3}), poison (what stands in a mail that is not given) and poison_says (a status), expires (seconds), consent ("deny", or the scopes that are granted), elsewhere (an address for next pages)
"""
import base64
import email
import email.utils
import hashlib
import json
import os
import re
import secrets
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

PORT, FOLDER, LOG = int(sys.argv[1]), sys.argv[2], sys.argv[3]
HERE = f"http://127.0.0.1:{PORT}"
GRAPH = "https://graph.microsoft.com/"
READS = {"mail.read", "mail.readwrite"}
CLIENT, PAGE = "11111111-2222-3333-4444-555555555555", 3
lock = threading.RLock()


def plain(scopes):
    return {s.removeprefix(GRAPH).lower() for s in scopes}


class World:
    def __init__(self):
        self.mails, self.names = [], set()
        self.codes, self.access = {}, {}
        # What each refresh token may do; the one before the newest of a login is still taken, as Microsoft does.
        self.refresh = {"preset-read": {"Mail.Read"}, "preset-wide": {"Mail.Read", "Mail.Send"}}
        self.deltas, self.throttled = {}, 0

    def rules(self):
        try:
            with open(os.path.join(FOLDER, "rules.json"), encoding="utf-8") as f:
                return json.load(f)
        except FileNotFoundError:
            return {}

    def look(self):
        for name in sorted((n for n in os.listdir(FOLDER) if n.endswith(".eml")), key=lambda n: (os.stat(os.path.join(FOLDER, n)).st_mtime, n)):
            if name in self.names:
                continue
            self.names.add(name)
            with open(os.path.join(FOLDER, name), "rb") as f:
                octets = f.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            self.mails.append({"id": "AAkALg" + base64.urlsafe_b64encode(hashlib.sha256(name.encode()).digest()).decode(), "octets": octets, "arrived": os.stat(os.path.join(FOLDER, name)).st_mtime, "folder": "AAsent" if name.startswith("sent-") else "AAinbox"})


world = World()


class Microsoft(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def say(self, status, body, headers=None):
        octets = body if isinstance(body, bytes) else json.dumps(body).encode()
        for name in (LOG, LOG + ".all"):  # the one is emptied on the way
            with lock, open(name, "a", encoding="utf-8") as log:
                log.write(f"{time.time():.3f} {self.command} {self.path if self.path.startswith('/v1.0/') else urlsplit(self.path).path} {status}\n")
        self.send_response(status)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def error(self, status, code, message, headers=None):
        self.say(status, {"error": {"code": code, "message": message, "innerError": {"date": "2026-11-26T00:00:00"}}}, headers)

    def refuse(self, error, words, status=400):
        self.say(status, {"error": error, "error_description": words, "error_codes": [70000]})

    def do_GET(self):
        parts = urlsplit(self.path)
        fields = {k: v[0] for k, v in parse_qs(parts.query).items()}
        with lock:
            if parts.path == "/authorize":
                return self.consent(fields)
            if parts.path.startswith("/v1.0/me/"):
                return self.graph(unquote(parts.path[len("/v1.0/me/"):]), fields)
        return self.error(404, "ResourceNotFound", "Resource could not be discovered.")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with lock:
            if urlsplit(self.path).path == "/token":
                return self.token({k: v[0] for k, v in parse_qs(body.decode()).items()})
        return self.error(405, "MethodNotAllowed", "The stand-in changes nothing.")

    def do_PUT(self):
        self.error(405, "MethodNotAllowed", "The stand-in changes nothing.")

    do_DELETE = do_PATCH = do_PUT

    # ---- OAuth 2.0 authorization code flow ----

    def consent(self, asked):
        redirect = urlsplit(asked.get("redirect_uri", ""))
        if asked.get("client_id") != CLIENT or asked.get("response_type") != "code":
            return self.say(400, b"AADSTS700016: Application not found")
        if redirect.scheme != "http" or redirect.hostname != "localhost" or redirect.query:
            return self.say(400, b"AADSTS50011: The redirect URI does not match")
        if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
            return self.say(400, b"AADSTS501491: Invalid size of Code_Challenge parameter")
        rule = world.rules().get("consent")
        if rule == "deny":
            answer = {"error": "access_denied", "error_description": "AADSTS65004: User declined to consent to access the app."}
        else:
            code = "0.AX" + secrets.token_urlsafe(20)
            world.codes[code] = {"scopes": set((rule or asked["scope"]).split()), "challenge": asked["code_challenge"], "redirect": asked["redirect_uri"], "offline": "offline_access" in asked["scope"].split()}
            answer = {"code": code, "session_state": "s"}
        if "state" in asked:
            answer["state"] = asked["state"]
        return self.say(302, b"", {"Location": asked["redirect_uri"].rstrip("/") + "/?" + urlencode(answer)})

    def token(self, form):
        if form.get("client_id") != CLIENT:
            return self.refuse("unauthorized_client", "AADSTS700016: Application not found")
        if "client_secret" in form:
            return self.refuse("invalid_request", "AADSTS90023: Public clients can't send a client secret.")
        if form.get("grant_type") == "authorization_code":
            code = world.codes.pop(form.get("code"), None)
            challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
            if not code or code["challenge"] != challenge or code["redirect"] != form.get("redirect_uri"):
                return self.refuse("invalid_grant", "AADSTS501481: The Code_Verifier does not match, or the code was used.")
            scopes, offline = code["scopes"], code["offline"]
        elif form.get("grant_type") == "refresh_token":
            scopes, offline = world.refresh.get(form.get("refresh_token")), True
            if not scopes or world.rules().get("revoked"):
                return self.refuse("invalid_grant", "AADSTS50173: The provided grant has expired due to it being revoked.")
        else:
            return self.refuse("unsupported_grant_type", "AADSTS70003")
        # offline_access shows in the token that lasts, not in the scopes.
        answer = {"token_type": "Bearer", "expires_in": world.rules().get("expires", 3900), "access_token": "EwB" + secrets.token_urlsafe(40), "scope": " ".join(sorted(scopes - {"offline_access"}))}
        if offline:
            answer["refresh_token"] = "M.C5" + secrets.token_urlsafe(30)
            world.refresh[answer["refresh_token"]] = scopes
        world.access[answer["access_token"]] = {"scopes": scopes, "until": time.time() + answer["expires_in"]}
        return self.say(200, answer)

    # ---- Graph v1.0 ----

    def graph(self, what, fields):
        given, rules = world.access.get((self.headers.get("Authorization") or "").removeprefix("Bearer ")), world.rules()
        if not given or given["until"] < time.time():
            return self.error(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
        if not READS & plain(given["scopes"]):
            return self.error(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        if "ImmutableId" not in (self.headers.get("Prefer") or ""):
            return self.error(400, "BadRequest", "the stand-in wants immutable ids")
        throttle = rules.get("throttle")
        if throttle and world.throttled < throttle["times"] and what.endswith("/$value"):
            world.throttled += 1
            return self.error(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.", {"Retry-After": str(throttle["after"])})
        world.look()
        if what == "mailFolders/inbox/messages/delta":
            return self.delta(fields, rules)
        if what == "mailFolders/sentitems":
            return self.say(200, {"id": "AAsent"})
        if what == "messages":
            return self.search(fields)
        if what.startswith("messages/"):
            poison = next((m for m in world.mails if m["id"] == what.split("/")[1] and rules.get("poison", "\0").encode() in m["octets"]), None)
            if poison:
                return self.error(rules["poison_says"], "ErrorInternalServerError", "An internal server error occurred.")
            mail = next((m for m in world.mails if m["id"] == what.split("/")[1]), None)
            if not mail:
                return self.error(404, "ErrorItemNotFound", "The specified object was not found in the store.")
            if what.endswith("/$value"):
                return self.say(200, mail["octets"], {"Content-Type": "text/plain"})
            return self.say(200, {"id": mail["id"], "singleValueExtendedProperties": [{"id": "Integer 0xe08", "value": str(len(mail["octets"]))}]})
        return self.error(404, "ResourceNotFound", "Resource could not be discovered.")

    @staticmethod
    def header(mail):
        return email.message_from_bytes(mail["octets"])

    def conversation_of(self, mail):
        before = re.findall(r"<([^>]+)>", f"{self.header(mail)['References'] or ''} {self.header(mail)['In-Reply-To'] or ''}")
        root = next((m for m in world.mails if before and self.header(m)["Message-ID"].strip() == f"<{before[0]}>"), mail)
        return "CONV" + root["id"]

    def search(self, fields):
        rows = list(world.mails)
        if "$filter" in fields:
            key, _, value = fields["$filter"].partition(" eq ")
            value = value[1:-1].replace("''", "'")
            if key == "internetMessageId":
                rows = [m for m in rows if self.header(m)["Message-ID"].strip() == value]
            elif key == "conversationId":
                rows = [m for m in rows if self.conversation_of(m) == value]
            else:
                return self.error(400, "ErrorInvalidUrlQueryFilter", f"the stand-in filters by nothing like {key}")
        elif fields.get("$orderby") == "receivedDateTime desc":
            rows.sort(key=lambda m: -m["arrived"])
        asked, answer = fields.get("$expand", ""), []
        for mail in rows[: int(fields.get("$top", "10"))]:
            header = self.header(mail)
            people = {k: [{"emailAddress": {"name": n, "address": a}} for n, a in email.utils.getaddresses(header.get_all(f, []))] for k, f in (("toRecipients", "To"), ("ccRecipients", "Cc"), ("bccRecipients", "Bcc"), ("from", "From"))}
            known = {"Integer 0xe08": str(len(mail["octets"])), "String 0x1042": header["In-Reply-To"], "String 0x1039": header["References"]}
            answer.append({**people, "from": (people["from"] or [None])[0], "id": mail["id"], "isDraft": False, "parentFolderId": mail["folder"], "conversationId": self.conversation_of(mail),
                "internetMessageId": header["Message-ID"].strip(), "receivedDateTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(mail["arrived"])),
                "singleValueExtendedProperties": [{"id": k, "value": v} for k, v in known.items() if v and k in asked]})
        return self.say(200, {"value": answer})

    def delta(self, fields, rules):
        if "$skiptoken" in fields:
            rows, upto = world.deltas[fields["$skiptoken"]]
        elif "$deltatoken" in fields:
            behind = world.deltas.get(fields["$deltatoken"])
            if behind is None or rules.get("gone"):
                return self.error(410, "SyncStateNotFound", "The sync state generation is not found; continue with a full synchronization.")
            rows, upto = [m for m in world.mails[behind:] if m["folder"] == "AAinbox"], len(world.mails)
        else:
            word, _, since = fields.get("$filter", "receivedDateTime ge 1970-01-01T00:00:00Z").partition(" ge ")
            if word != "receivedDateTime" or fields.get("changeType") != "created":
                return self.error(400, "ErrorInvalidUrlQueryFilter", "the filter is not one that delta takes")
            at = time.mktime(time.strptime(since, "%Y-%m-%dT%H:%M:%SZ")) - time.timezone
            rows, upto = [m for m in world.mails if m["arrived"] >= at and m["folder"] == "AAinbox"], len(world.mails)
        # In no order: the newest first, say.
        rows = sorted(rows, key=lambda m: -m["arrived"]) if "$skiptoken" not in fields else rows
        answer = {"@odata.context": f"{HERE}/v1.0/$metadata", "value": [{"@odata.etag": "W/1", "id": m["id"], "isDraft": False, "receivedDateTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(m["arrived"]))} for m in rows[:PAGE]]}
        answer["value"].append({"id": "AAgone", "@removed": {"reason": "deleted"}})
        token, more = secrets.token_urlsafe(12), len(rows) > PAGE
        world.deltas[token] = (rows[PAGE:], upto) if more else upto
        link = f"{rules.get('elsewhere', HERE)}/v1.0/me/mailFolders/inbox/messages/delta?${'skip' if more else 'delta'}token={token}"
        answer["@odata.nextLink" if more else "@odata.deltaLink"] = link
        return self.say(200, answer)


ThreadingHTTPServer(("127.0.0.1", PORT), Microsoft).serve_forever()
