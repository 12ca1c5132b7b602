"""What a shell makes of a half-typed command: tab.py SHELL SETUP LOG TYPED

A real interactive SHELL on a terminal of its own runs the line SETUP, then TYPED is typed, the Tab key, and Enter. LOG is the file that the command which then runs writes its arguments to;
they are printed. PATH and HOME are the caller's.
"""

import os
import pty
import select
import sys
import time

shell, setup, log, typed = sys.argv[1:]
ARGUMENTS = {"bash": ["--norc", "--noprofile", "-i"], "zsh": ["-f", "-i"], "fish": ["--no-config", "-i"]}
PROMPT = {"bash": "PS1='READ''Y> '", "zsh": "PS1='READ''Y> '", "fish": "function fish_prompt; echo -n 'READ''Y> '; end"}

pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execvp(shell, [shell, *ARGUMENTS[shell]])

seen = b""


def read_until(done, seconds):
    """Reads what the shell prints until done() is true; a terminal whose output nobody reads stands still."""
    global seen
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            sys.exit(f"{shell} did not come so far; it printed:\n{seen.decode(errors='replace')}")
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                seen += os.read(terminal, 65536)
            except OSError:
                sys.exit(f"{shell} ended; it printed:\n{seen.decode(errors='replace')}")


def quiet(seconds):
    since = time.monotonic()
    while select.select([terminal], [], [], max(0, since + seconds - time.monotonic()))[0]:
        global seen
        seen += os.read(terminal, 65536)
        since = time.monotonic()


quiet(0.3)
os.write(terminal, f"{setup}\r".encode())
quiet(0.3)
os.write(terminal, f"{PROMPT[shell]}\r".encode())
read_until(lambda: b"READY> " in seen, 20)
quiet(0.2)
os.write(terminal, typed.encode() + b"\t")
# Whoever completes asks the program first, and a busy machine takes its time.
quiet(0.7)
os.write(terminal, b"\r")
read_until(lambda: os.path.exists(log) and open(log, "rb").read().endswith(b"\n"), 20)
print(open(log, encoding="utf-8").read(), end="")
os.write(terminal, b"\x15exit\r")
os.close(terminal)
