"""sipp as a scripted peer over UDP or TCP."""

import csv
import re

from lab import Process, expect, free_port, is_bound, read, until


class Sipp(Process):
    """One run of sipp: of a scenario (text), or with `builtin` of one of its own. It ends by itself after `calls`."""

    def __init__(self, lab, scenario=None, to=None, user="test", calls=1, builtin=None, flags=(), name="sipp",
                 transport="udp"):
        self.port = free_port()
        self.uri = f"sip:{user}@127.0.0.1:{self.port}" + ("" if transport == "udp" else f";transport={transport}")
        self.messages, self.errors, self.stats = (lab.path(f"{name}.{end}") for end in ("messages", "errors", "csv"))
        which = ["-sn", builtin]
        if scenario:
            which = ["-sf", lab.path(f"{name}.xml")]
            with open(which[1], "w", encoding="utf-8") as file:
                file.write(scenario)
        command = ["sipp", *([to] if to else []), *which, "-i", "127.0.0.1", "-p", self.port, "-t", {"udp": "u1", "tcp": "t1"}[transport], "-mi", "127.0.0.1",
                   "-mp", free_port(), "-s", user, "-m", calls, "-nostdin", "-timeout", "40s", "-timeout_error",
                   "-trace_msg", "-message_file", self.messages, "-trace_err", "-error_file", self.errors,
                   "-trace_stat", "-stf", self.stats, "-fd", "1", *flags]
        super().__init__(lab, name, command)
        if not to:
            until(lambda: self.child.poll() is not None or is_bound(self.port, transport), "sipp at its port")
            expect(self.child.poll() is None, f"sipp did not start: {self.last_words()}")

    def heard(self, pattern):
        """All matches in the messages that crossed its socket."""
        return re.findall(pattern, read(self.messages).replace("\r", ""))

    def wait_heard(self, pattern, seconds=10.0):
        """Waits for a match in the messages."""
        return until(lambda: self.heard(pattern), f"{pattern!r} at sipp", seconds)[0]

    def their_media_port(self):
        """The port in the description that the other side sent."""
        def look():
            for message in read(self.messages).replace("\r", "").split(" message received")[1:]:
                found = re.search(r"m=audio (\d+)", message.split(" message sent")[0])
                if found:
                    return int(found[1])
            return None
        return until(look, "description from the other side at sipp")

    def done(self, seconds=20.0):
        """Waits for its end: the scenario must have gone to its last step."""
        code = self.wait(seconds)
        expect(code == 0, f"sipp ended with {code}: {self._complaint()}")

    def _complaint(self):
        lines = [line for line in read(self.errors).splitlines() if line.strip()]
        return lines[-1][:200] if lines else self.last_words()

    def figures(self):
        """The last line of its statistics, by column."""
        with open(self.stats, encoding="utf-8") as file:
            return list(csv.DictReader(file, delimiter=";"))[-1]

    def figures_at_end(self):
        """The same, once it has ended: a `uas` lingers to answer what may be repeated."""
        self.done()
        return self.figures()
