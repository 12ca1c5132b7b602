"""What a compose file promises, from the output of `docker-compose config`: one line for each promise that a service does not keep; none, and the limits of memory.

    compose.py FILE            the promises
    compose.py FILE command S  the command of service S, an argument a line
"""

import re
import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as text:
    services = yaml.safe_load(text)["services"]


def megabytes(size):
    return int(re.fullmatch(r"(\d+)m", size)[1])


def broken(name, service):
    if not re.fullmatch(r"[a-z0-9./-]+:(\d[\w.-]*|v\d+\.\d+\.\d+)(@sha256:[0-9a-f]{64})?", service["image"]):
        yield f"its image is not pinned: {service['image']}"
    if service.get("cap_drop") != ["ALL"] or service.get("security_opt") != ["no-new-privileges:true"] or service.get("privileged"):
        yield "it keeps privileges"
    if "mem_limit" not in service or "pids_limit" not in service:
        yield "it has no limit of memory or processes"
    if service.get("logging", {}).get("options", {}).keys() != {"max-size", "max-file"}:
        yield "its log grows without end"
    if any("docker.sock" in str(volume) for volume in service.get("volumes", [])):
        yield "it commands the engine"
    if "profiles" in service:
        return
    # Our own images bring theirs.
    if service.get("healthcheck", {}).get("test", ["NONE"]) == ["NONE"] and not service["image"].startswith("platinum/"):
        yield "nobody looks whether it is well"
    if service.get("restart") != "unless-stopped":
        yield "it is not started again"


if len(sys.argv) > 2:
    print("\n".join(services[sys.argv[3]][sys.argv[2]]))
else:
    for name, service in services.items():
        for promise in broken(name, service):
            print(f"{name}: {promise}")
    print("memory:", " + ".join(f"{name} {megabytes(s['mem_limit'])}" for name, s in services.items() if "profiles" not in s), "MB")
    print("published:", " ".join(sorted(str(port["published"] if isinstance(port, dict) else port.split(":")[0]) for s in services.values() for port in s.get("ports", []))))
