#!/usr/bin/env python3
"""Lets one turn die at its system calls: reading mail, claiming, drafting, committing, pushing.

turns.py BIN WORLD kill [POINTS]

As sweep.py, with `cloudagent run --once` and mails that nobody has read yet. A turn mints nonces and names times, so that no two are alike by octets; what must be alike is where each task
ends, that it is there once, on both machines and in the remote, and that no task was drafted twice.
"""

import collections
import json
import os

import sweep

DRAFTED = {"draft.filed", "draft.yours"}


class Turns(sweep.Machines):
    what, command, rounds = "turn", ["run", "--once"], ("here", "there", "here", "there")

    def picture(self):
        """Each task's stage, from both vaults and the remote, which must agree."""
        places = [self.tasks(paths) for paths in (self.vault("here"), self.vault("there"), self.remote())]
        if not places[0] == places[1] == places[2]:
            raise sweep.Broken(f"they differ: {[sorted(set(a.items()) ^ set(places[0].items()))[:5] for a in places[1:]]}")
        return places[0]

    @staticmethod
    def tasks(paths):
        tasks = {}
        for path in paths:
            parts = path.split("/")
            if parts[0] in ("Logs", "Archive") or len(parts) < 2 or not path.endswith(".md"):
                continue
            if parts[-1] in tasks:
                raise sweep.Broken(f"{parts[-1]} lies in {parts[0]} and {tasks[parts[-1]]}")
            tasks[parts[-1]] = parts[0]
        return tasks

    def check(self, reference, how):
        found = self.picture()
        wrong = sorted(set(found.items()) ^ set(reference.items()))
        if wrong:
            raise sweep.Broken(f"{len(wrong)} wrong: {wrong[:5]}")
        if any(stage == "In_Progress" for stage in found.values()):
            raise sweep.Broken("a claim is left")
        times = collections.Counter(self.drafted())
        if any(n > 1 for n in times.values()):
            raise sweep.Broken(f"drafted twice: {[t for t, n in times.items() if n > 1]}")
        self.check_repositories(how)

    def drafted(self):
        top = os.path.join(self.now, "here", "vault", "Logs")
        for folder, _, files in os.walk(top):
            for file in files:
                with open(os.path.join(folder, file), encoding="utf-8") as lines:
                    for line in map(json.loads, lines):
                        if line.get("event") in DRAFTED:
                            yield line["task"]


if __name__ == "__main__":
    sweep.main(Turns)
