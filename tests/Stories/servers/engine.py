"""A stand-in for `docker`, for what the guide says to type: it takes an image's archive apart and starts what is in it by bubblewrap, as compose's file says.

    docker load --input FILE
    docker image ls --format {{.Tag}} REPOSITORY
    docker compose run --rm [--entrypoint E] SERVICE ARGUMENT...     up --detach     exec SERVICE COMMAND...     ps     stop

Held to by it: the image's user, environment, entry point, command and health check; the file's read-only root, tmpfs (noexec as Docker has it), volumes, secrets. Always: this machine's hosts and resolv.conf, no capability,
no new privileges, processes of its own. Not: limits of memory, the network (this machine's). Everything lies in $ENGINE.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time

import yaml

ENGINE = os.environ["ENGINE"]


def image_folder(name):
    return os.path.join(ENGINE, "images", name.replace("/", "_"))


def load(archive):
    with tarfile.open(archive) as outer:
        manifest = json.load(outer.extractfile("manifest.json"))[0]
        name = manifest["RepoTags"][0].removeprefix("docker.io/")
        folder = image_folder(name)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(os.path.join(folder, "root"))
        with open(os.path.join(folder, "config.json"), "wb") as config:
            config.write(outer.extractfile(manifest["Config"]).read())
        for layer in manifest["Layers"]:
            with tarfile.open(fileobj=outer.extractfile(layer)) as inner:
                inner.extractall(os.path.join(folder, "root"), numeric_owner=True)
    print(f"Loaded image: {name}")


def ended(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rpartition(") ")[2][0] == "Z"
    except FileNotFoundError:
        return True


class Service:
    def __init__(self, name):
        text = subprocess.run(["docker-compose", "config"], check=True, capture_output=True, text=True).stdout
        composed = yaml.safe_load(text)
        self.name, self.file = name or next(iter(composed["services"])), composed["services"][name or next(iter(composed["services"]))]
        self.secrets = {s: composed["secrets"][s]["file"] for s in (x["source"] if isinstance(x, dict) else x for x in self.file.get("secrets", []))}
        folder = image_folder(self.file["image"])
        self.root = os.path.join(folder, "root")
        with open(os.path.join(folder, "config.json"), encoding="utf-8") as config:
            self.image = json.load(config)["config"]
        self.project = os.path.join(ENGINE, "projects", os.path.basename(os.getcwd()))
        os.makedirs(self.project, exist_ok=True)
        self.pid = os.path.join(self.project, "pid")

    def volume(self, source, target):
        """A named volume is a folder; the first time it gets what the image has there, as Docker does it."""
        if source.startswith("/"):
            return source
        folder = os.path.join(self.project, source)
        if not os.path.exists(folder):
            subprocess.run(["cp", "-a", self.root + target, folder], check=True)
        return folder

    def command(self, entrypoint, arguments):
        user, group = self.image["User"].split(":")
        # Mounted where nobody else sees it, and gone with the process.
        mounts, script = [], ""
        for mount in sorted(self.file.get("volumes", []), key=lambda m: m.split(":")[1]):
            source, target, *mode = mount.split(":")
            mounts += ["--ro-bind" if mode == ["ro"] else "--bind", self.volume(source, target), target]
        for secret, file in self.secrets.items():
            mounts += ["--ro-bind", file, f"/run/secrets/{secret}"]
        for file in ("/etc/hosts", "/etc/resolv.conf"):
            mounts += ["--ro-bind", file, file]
        for tmpfs in self.file.get("tmpfs", []):
            target = tmpfs.split(":")[0]
            here = os.path.join(self.project, "tmpfs" + target.replace("/", "_"))
            os.makedirs(here, exist_ok=True)
            script += f"mount -t tmpfs -o noexec,nosuid,nodev,mode=1777,{tmpfs.partition(':')[2] or 'size=64m'} none '{here}' && "
            mounts += ["--bind", here, target]
        # A place to mount on is made where the image has none, as Docker does it.
        for kind, source, target in zip(*[iter(mounts)] * 3):
            place = self.root + target
            if not os.path.exists(place) and not any(target.startswith(m + "/") for m in mounts[2::3]):
                os.makedirs(os.path.dirname(place), exist_ok=True)
                os.makedirs(place) if os.path.isdir(source) else open(place, "wb").close()
        environment = [word for pair in self.image["Env"] for word in ("--setenv", *pair.split("=", 1))]
        return ["unshare", "--mount", "sh", "-c", script + 'exec "$@"', "sh", "setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", "bwrap", "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent",
                "--ro-bind" if self.file.get("read_only") else "--bind", self.root, "/", "--proc", "/proc", "--dev", "/dev", *mounts, "--clearenv", *environment,
                "--chdir", self.image["WorkingDir"], *([entrypoint] if entrypoint else self.image["Entrypoint"]), *arguments]

    def alive(self):
        with open(self.pid, encoding="ascii") as file:
            return not ended(int(file.read()))

    def up(self):
        with open(os.path.join(self.project, "log"), "ab") as log:
            # What dies with its parent has one that stays.
            process = subprocess.Popen(["sh", "-c", '"$@" & wait', "sh", *self.command(None, self.image["Cmd"])], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        with open(self.pid, "w", encoding="ascii") as file:
            file.write(str(process.pid))

    def healthy(self):
        kind, *test = self.image["Healthcheck"]["Test"]
        # Docker's engine gives it to a shell where it is one line.
        words = test if kind == "CMD" else ["/bin/sh", "-c", *test]
        return self.alive() and subprocess.run(self.command(words[0], words[1:]), timeout=self.image["Healthcheck"]["Timeout"] / 1e9, capture_output=True).returncode == 0

    def stop(self):
        with open(self.pid, encoding="ascii") as file:
            outer = int(file.read())
        # The program hears of it, as under an engine: below the shell are bubblewrap outside, bubblewrap inside, and it.
        inner = outer
        for _ in range(3):
            with open(f"/proc/{inner}/task/{inner}/children", encoding="ascii") as children:
                inner = int(children.read().split()[0])
        os.kill(inner, signal.SIGTERM)
        for _ in range(100):
            if ended(outer):
                return
            time.sleep(0.1)
        os.kill(outer, signal.SIGKILL)
        sys.exit("it had to be killed")


if sys.argv[1] == "load":
    load(sys.argv[3])
elif sys.argv[1] == "image":
    for folder in os.listdir(os.path.join(ENGINE, "images")):
        repository, _, tag = folder.partition(":")
        if repository == sys.argv[-1].replace("/", "_"):
            print(tag)
else:
    verb, rest = sys.argv[2], sys.argv[3:]
    parser = argparse.ArgumentParser()
    parser.add_argument("--rm", action="store_true")
    parser.add_argument("--detach", action="store_true")
    parser.add_argument("--entrypoint")
    if verb in ("run", "exec"):
        parser.add_argument("service")
        parser.add_argument("words", nargs=argparse.REMAINDER)
    options = parser.parse_args(rest)
    service = Service(getattr(options, "service", None))
    if verb == "run":
        sys.exit(subprocess.run(service.command(options.entrypoint, options.words)).returncode)
    elif verb == "exec":
        sys.exit(subprocess.run(service.command("/usr/local/bin/" + options.words[0], options.words[1:])).returncode)
    elif verb == "up":
        service.up()
    elif verb == "ps":
        print(service.name, "healthy" if service.healthy() else "unhealthy" if service.alive() else "exited")
    elif verb == "stop":
        service.stop()
