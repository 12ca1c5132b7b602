#!/usr/bin/env python3
"""An owner at a terminal: runs a command in a pseudo terminal, presses keys and reads the screen back.

terminal.py KEYS TRANSCRIPT [--rows N] [--columns N] [--patience SECONDS] -- COMMAND...

KEYS is a file, a step on each line: `PATTERN => KEYS`. When PATTERN (a regular expression) stands on the screen, which is looked at anew after each step, the
keys are pressed: as written, with \\r \\e \\x7f for Enter, Esc and Backspace. `PATTERN => ! COMMAND` runs a command of the shell instead, `PATTERN =>` only
looks, and with `=>>` the keys come at once, faster than anybody reads. The screen is what a terminal shows: cleared by its sequences, last lines of what
was printed. What was received goes to TRANSCRIPT octet by octet, each screen at
which a step was taken to TRANSCRIPT.screens; the last screen is printed, and how many keys were pressed.
Ends with the command's exit code; 90 where a pattern never appeared, 91 where the command did not end, 92 where something reached the terminal that
steers it or hides what it shows and is none of the few sequences that the program itself has use for.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

# What may reach a terminal beside text: clear, home, clear line; and what .NET sets and resets when keys are read (keypad, cursor keys).
STEERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
SEQUENCE = re.compile(rb"\x1b(?:\[H|\[2J|\[K|\[\?1[hl]|=|>)")

arguments, command = sys.argv[1:sys.argv.index("--")], sys.argv[sys.argv.index("--") + 1:]
keys_file, transcript_file = arguments[:2]
rows = int(arguments[arguments.index("--rows") + 1]) if "--rows" in arguments else 40
columns = int(arguments[arguments.index("--columns") + 1]) if "--columns" in arguments else 100
PATIENCE = int(arguments[arguments.index("--patience") + 1]) if "--patience" in arguments else 20


def steps():
    with open(keys_file, encoding="utf-8") as f:
        for line in f.read().splitlines():
            if line and not line.startswith("#"):
                pattern, fast, keys = re.fullmatch(r"(.*?) =>(>?) ?(.*)", line).groups()
                yield re.compile(pattern), bool(fast), keys


def pressed(keys):
    for name, value in (("\\r", "\r"), ("\\e", "\x1b"), ("\\x7f", "\x7f")):
        keys = keys.replace(name, value)
    return keys


pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.execvp(command[0], command)

received = bytearray()
seen = 0  # what a step has looked at already
ended = False


def read(seconds):
    """Reads what comes within that time, up to a pause."""
    global ended
    until = time.monotonic() + seconds
    while not ended and select.select([terminal], [], [], max(0, until - time.monotonic()))[0]:
        try:
            received.extend(os.read(terminal, 65536))
        except OSError:  # Linux says so when the other side is closed
            ended = True


def screen():
    """The last screen's text, with what stands raw in it made visible."""
    shown = bytes(received[seen:])
    if b"\x1b[2J" in shown:
        shown = shown[shown.rindex(b"\x1b[2J"):]
    # What clears a line, clears it.
    shown = re.sub(rb"[^\r\n]*\r\x1b\[K", b"", shown)
    text = SEQUENCE.sub(b"", shown).decode("utf-8", "replace").replace("\r\n", "\n")
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", lambda m: f"<{ord(m[0]):02x}>", text)


def finish(code):
    with open(transcript_file, "wb") as f:
        f.write(received)
    print(f"keys pressed: {count}")
    print(f"first screen: {first * 1000:.0f} ms")
    print(f"slowest answer to a key: {slowest * 1000:.0f} ms")
    stray = STEERS.search(SEQUENCE.sub(b"", bytes(received)).decode("utf-8", "replace"))
    if stray:
        print(f"---- reached the terminal: {stray[0]!r} in {stray.string[max(0, stray.start() - 40):stray.end() + 40]!r}")
        sys.exit(92)
    sys.exit(code)


count, first, slowest = 0, 0.0, 0.0
for pattern, fast, keys in steps():
    began = time.monotonic()
    while not pattern.search(screen()):
        if ended or time.monotonic() - began > PATIENCE:
            print(f"---- never on the screen: {pattern.pattern}\n{screen()}")
            os.kill(pid, signal.SIGKILL)
            finish(90)
        read(0.005)
    first = first or time.monotonic() - began
    if count > 0 and not fast:
        slowest = max(slowest, time.monotonic() - began)
    if not fast:
        read(0.3)  # a person reads
    with open(transcript_file + ".screens", "a", encoding="utf-8") as f:
        f.write(f"---- screen for: {pattern.pattern} => {keys}\n{screen()}\n")
    if keys.startswith("! "):
        subprocess.run(keys[2:], shell=True, check=True, executable="/bin/bash")
    elif keys:
        seen = len(received)
        for key in pressed(keys):
            os.write(terminal, key.encode())
            count += 1
            # Between the letters of a word; one after the other in a terminal's buffer, Esc would be taken for the beginning of an arrow.
            time.sleep(0.02 if len(keys) > 1 and not fast else 0)

until = time.monotonic() + PATIENCE
while not ended:
    read(0.2)
    if time.monotonic() > until:
        print(f"---- it did not end; the screen is:\n{screen()}")
        os.kill(pid, signal.SIGKILL)
        finish(91)
print(f"---- at the end\n{screen()}")
_, status = os.waitpid(pid, 0)
finish(os.waitstatus_to_exitcode(status))
