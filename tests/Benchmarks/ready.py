#!/usr/bin/env python3
"""ready.py TERM|KILL COMMAND...: starts it as systemd would, and prints the milliseconds until it says that it is ready (sd_notify(3)); then it is stopped by that signal."""
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified:
    notified.bind(os.path.join(folder, "notify"))
    notified.settimeout(30)
    began = time.perf_counter()
    process = subprocess.Popen(sys.argv[2:], env=os.environ | {"NOTIFY_SOCKET": notified.getsockname()}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while "READY=1" not in notified.recv(4096).decode().split("\n"):
            pass
        print(f"{(time.perf_counter() - began) * 1000:.1f}")
    finally:
        process.send_signal(getattr(signal, "SIG" + sys.argv[1]))
        process.wait()
