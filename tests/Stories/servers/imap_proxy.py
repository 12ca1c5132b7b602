#!/usr/bin/env python3
"""A proxy before the IMAP server that does not understand a word: it carries octets, TLS and all, and is where lines break.

    imap_proxy.py PORT SERVER-PORT FILE

What it does to each connection stands in FILE when that begins:

    pass         nothing
    drop N       after N octets from the server the connection is cut, in both directions
    stall N      after N octets from the server nothing comes any more, and nobody says so
    refuse       nobody answers the client

Written to FILE.count: the octets from the server of the connection that ended last.
"""
import os
import socket
import sys
import threading
import time

PORT, SERVER, FILE = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]


def mode():
    with open(FILE, encoding="ascii") as file:
        word, _, number = file.read().strip().partition(" ")
    return word, int(number or 0)


def close(*ends):
    for end in ends:
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it is gone already
        end.close()


def up(client, server):
    try:
        while data := client.recv(65536):
            server.sendall(data)
    except OSError:
        pass
    close(client, server)


def down(client, server, word, limit):
    passed = 0
    try:
        while data := server.recv(65536):
            if word in ("drop", "stall"):
                data = data[: max(0, limit - passed)]
            passed += len(data)
            client.sendall(data)
            if word == "drop" and passed >= limit:
                break
            if word == "stall" and passed >= limit:
                while client.fileno() >= 0:
                    time.sleep(0.2)
    except OSError:
        pass
    with open(FILE + ".new", "w", encoding="ascii") as file:
        file.write(f"{passed}\n")
    os.rename(FILE + ".new", FILE + ".count")
    close(client, server)


with socket.create_server(("127.0.0.1", PORT)) as listener:
    while True:
        one, _ = listener.accept()
        do, octets = mode()
        if do == "refuse":
            one.close()
            continue
        if do == "drop" and octets == 0:
            one.close()
            continue
        other = socket.create_connection(("127.0.0.1", SERVER))
        threading.Thread(target=up, args=(one, other), daemon=True).start()
        threading.Thread(target=down, args=(one, other, do, octets), daemon=True).start()
