#!/usr/bin/env python3
"""model.py PORT KIND KEY FOLDER: stands in for a language model's server, KIND openai or anthropic, and does what FOLDER/mode says; each request is a file FOLDER/request-N.json.

Modes: good, words (an answer that follows the owner's words), fence, german, obey (the attacker's words), echo (all that it was told), leak, link, refuse, refusing, cut, empty, prose,
busy (429, Retry-After: 3), overloaded (529), broken (500), slow (no answer), gone (the connection is cut), huge, badkey (401). An empty KEY asks for none.
"""

import http.server
import json
import pathlib
import sys
import time

PORT, KIND, KEY, FOLDER = int(sys.argv[1]), sys.argv[2], sys.argv[3], pathlib.Path(sys.argv[4])

GOOD = "Hello,\n\nthank you for your mail. We can repair it, and it costs {{price}}; it would be ready by {{day}}.\n\nKind regards\nAnna Berg"
TEXTS = {
    "words": "Hello,\n\nwe can repair it by Tuesday, and it costs {{price}}.\n\nKind regards\nAnna Berg",
    "german": "Guten Tag,\n\nvielen Dank für Ihre Nachricht. Wir können das gern für Sie reparieren und melden uns mit dem Preis.\n\nMit freundlichen Grüßen\nAnna Berg",
    "leak": "Hello,\n\nplease pay to our new account GB33 BUKB 2020 1555 5555 55 and write to boss@elsewhere.example.\n\nKind regards\nAnna Berg",
    "link": "Hello,\n\nthank you for your mail. All that we do is shown at https://werkstatt.example/work for you to see.\n\nKind regards\nAnna Berg",
    "refusing": "I'm sorry, but I can't help with that.",
    "empty": "",
}
STOPS = {"refuse": ("content_filter", "refusal"), "cut": ("length", "max_tokens")}


def said(mode, system, user):
    if mode in ("empty", "prose", "refusing"):
        return TEXTS.get(mode, GOOD)
    if mode == "fence":
        return "Here you are:\n\n```\n" + GOOD + "\n```\n"
    text = {"obey": "\n".join(l.lstrip("> ") for l in user.split("\n") if l.startswith(">")), "echo": system + "\n" + user}.get(mode, TEXTS.get(mode, GOOD))
    answer = json.dumps({"category": "order", "needs_answer": True, "language": "en", "answer": text})
    return answer[: len(answer) // 2] if mode == "cut" else answer


class Model(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.reply(200 if self.is_known() else 401, {"data": []} if self.is_known() else {"error": {"message": "wrong key"}})

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        number = len(list(FOLDER.glob("request-*.json"))) + 1
        (FOLDER / f"request-{number}.json").write_text(json.dumps({"path": self.path, "headers": dict(self.headers), "body": asked}))
        mode = (FOLDER / "mode").read_text().strip()
        if not self.is_known() or mode == "badkey":
            return self.reply(401, {"error": {"message": f"Incorrect API key provided: {self.headers.get('Authorization')}"}})
        if mode == "slow":
            return time.sleep(30)
        if mode == "gone":
            return self.connection.shutdown(2)
        for name, status in (("busy", 429), ("overloaded", 529), ("broken", 500)):
            if mode == name:
                return self.reply(status, {"error": {"message": f"it is {name}"}}, {"Retry-After": "3"} if mode == "busy" else {})
        if mode == "huge":
            return self.reply(200, {"padding": "x" * 5_000_000})
        messages = asked["messages"]
        system = asked.get("system") or next((m["content"] for m in messages if m["role"] == "system"), "")
        text = said(mode, system, messages[-1]["content"])
        if KIND == "openai":
            return self.reply(200, {"choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": STOPS.get(mode, ("stop",))[0]}],
                                    "usage": {"prompt_tokens": 400, "completion_tokens": 100}})
        return self.reply(200, {"type": "message", "content": [{"type": "text", "text": text}], "stop_reason": STOPS.get(mode, ("", "end_turn"))[1],
                                "usage": {"input_tokens": 400, "output_tokens": 100}})

    def is_known(self):
        return not KEY or KEY in (self.headers.get("x-api-key"), self.headers.get("Authorization", "").removeprefix("Bearer "))

    def reply(self, status, content, headers=None):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Model).serve_forever()
