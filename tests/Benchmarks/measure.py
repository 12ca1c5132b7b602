#!/usr/bin/env python3
"""measure.py RUNS COMMAND...: runs shell commands in turn, each RUNS times after one for nothing, so that all see the same machine.

Prints for each command a line: the median of milliseconds from start to end, and the median of the most megabytes that it had resident.
"""
import os
import statistics
import subprocess
import sys
import time

runs, commands = int(sys.argv[1]), sys.argv[2:]
taken = [([], []) for _ in commands]
for run in range(runs + 1):
    for command, (times, sizes) in zip(commands, taken):
        began = time.perf_counter()
        process = subprocess.Popen(["sh", "-c", "exec " + command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        ended = time.perf_counter()
        if status != 0:
            sys.exit(f"{command}: ended with {os.waitstatus_to_exitcode(status)}: {said.decode(errors='replace')}")
        if run > 0:
            times.append((ended - began) * 1000)
            sizes.append(usage.ru_maxrss / 1024)
for times, sizes in taken:
    print(f"{statistics.median(times):.2f} {statistics.median(sizes):.2f}")
