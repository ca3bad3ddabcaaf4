"""What a case works with: processes that end with it, ports that are free, waits that have a limit.

Nothing here sleeps for a guessed time: `until` asks for a condition again and again and gives up with a reason.
"""

import os
import random
import re
import signal
import socket
import subprocess
import time


class Failed(Exception):
    """The case did not show what it should: the message says why."""


def until(condition, what, seconds=10.0):
    """Waits until `condition()` is true and returns what it gave; fails after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failed(f"no {what} within {seconds:g} s")
        time.sleep(0.02)


def expect(true, why):
    """Fails with `why` unless `true`."""
    if not true:
        raise Failed(why)


def expect_equal(got, wanted, what):
    """Fails unless `got == wanted`."""
    expect(got == wanted, f"{what}: {got!r}, wanted {wanted!r}")


def free_port():
    """A port of 127.0.0.1 that nobody has, for UDP and TCP, nor the one above it (RTCP).

    From below those that the system gives to who asks for any, so that nobody is given it before the peer takes it.
    """
    for _ in range(1000):
        port = random.randrange(20000, 32000, 2)
        if port not in free_port.given and all(_is_free(port, kind) for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)):
            free_port.given.add(port)
            return port
    raise Failed("no free port")


free_port.given = set()


def _is_free(port, kind):
    for number in (port, port + 1):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", number))
            except OSError:
                return False
    return True


def is_bound(port, protocol="udp"):
    """Whether somebody listens at this port; asked of the kernel, so that the question does not take the port."""
    with open(f"/proc/net/{protocol}", encoding="ascii") as table:
        return any(line.split()[1].endswith(f":{port:04X}") for line in table.readlines()[1:])


def certificate(lab):
    """A certificate for 127.0.0.1 that is its own authority, made by openssl: the files of it, of its key, and of both."""
    cert, key, both = (lab.path(f"{name}.pem") for name in ("cert", "key", "both"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=offhook interop", "-addext", "subjectAltName=IP:127.0.0.1", "-addext",
                    "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", cert], check=True, capture_output=True)
    with open(both, "w", encoding="ascii") as file:
        file.write(read(cert) + read(key))
    return cert, key, both


class Process:
    """A program with its output in files of the case's folder, killed with the case."""

    def __init__(self, lab, name, command, stdin=None):
        self.name = name
        self.out, self.err = lab.path(f"{name}.out"), lab.path(f"{name}.err")
        with open(lab.path("commands"), "a", encoding="utf-8") as commands:
            print(" ".join(map(str, command)), file=commands)
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            self.child = subprocess.Popen(
                list(map(str, command)), cwd=lab.dir, stdin=stdin or subprocess.DEVNULL, stdout=out, stderr=err,
                start_new_session=True)
        lab.processes.append(self)

    def said(self, pattern, where="err"):
        """The first match of `pattern` in what it has printed so far."""
        return re.search(pattern, read(self.err if where == "err" else self.out))

    def wait_for(self, pattern, seconds=10.0, where="err"):
        """Waits until it prints `pattern`; fails at once when it ends without having done so."""
        def look():
            over = self.child.poll() is not None
            found = self.said(pattern, where)
            expect(found or not over, f"{self.name} ended (code {self.child.returncode}) without {pattern!r}: {self.last_words()}")
            return found
        return until(look, f"{pattern!r} from {self.name}", seconds)

    def wait(self, seconds=20.0):
        """Waits for its end and returns the exit code."""
        until(lambda: self.child.poll() is not None, f"end of {self.name}", seconds)
        return self.child.returncode

    def interrupt(self):
        """Ctrl-C."""
        self.child.send_signal(signal.SIGINT)

    def last_words(self):
        """Its last line, for people."""
        lines = (read(self.out) + "\n" + read(self.err)).strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def kill(self):
        """Ends it and all that it started."""
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.child.wait()


class Lab:
    """One case's folder and everything that must end with the case."""

    def __init__(self, folder, programs):
        self.dir, self.programs = folder, programs
        self.processes, self.ears = [], []
        os.makedirs(folder)

    def path(self, name):
        """A file in the case's folder."""
        return os.path.join(self.dir, name)

    def close(self):
        """Kills what still runs."""
        for ear in self.ears:
            ear.close()
        for process in self.processes:
            process.kill()


def read(path):
    """A text file, or nothing when it is not there yet."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return ""
