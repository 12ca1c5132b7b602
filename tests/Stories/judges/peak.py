"""Runs a command and writes into FILE how much memory it had at most, in KiB. peak.py FILE COMMAND..."""
import resource
import subprocess
import sys

ended = subprocess.run(sys.argv[2:], check=False).returncode
with open(sys.argv[1], "w", encoding="ascii") as file:
    file.write(f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}\n")
sys.exit(ended if ended >= 0 else 128 - ended)
