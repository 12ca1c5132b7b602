"""Sends a mail as any program would: send.py PORT CA USER PASSWORD starttls|tls RECIPIENT,... FILE"""
import smtplib
import ssl
import sys

port, ca, user, password, how, recipients, path = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
if how == "tls":
    server = smtplib.SMTP_SSL("127.0.0.1", int(port), context=context)
else:
    server = smtplib.SMTP("127.0.0.1", int(port))
    server.starttls(context=context)
with server, open(path, "rb") as f:
    server.login(user, password)
    server.sendmail(user, recipients.split(","), f.read())
