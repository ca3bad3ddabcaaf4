"""The programs under test: the examples `answer` and `dial`."""

import json

from lab import Process, expect, read


class Answer(Process):
    """`answer --json` at a free port of 127.0.0.1, ready when this returns."""

    def __init__(self, lab, *flags, name="answer", transport="udp"):
        binary = lab.programs["answer"]
        super().__init__(lab, name, [binary, "--listen", f"{transport}:127.0.0.1:0", "--json", *flags])
        self.port = int(self.wait_for(rf"listening at {transport}:127\.0\.0\.1:(\d+)")[1])
        self.address = f"127.0.0.1:{self.port}"

    def reports(self):
        """The finished calls."""
        return [json.loads(line) for line in read(self.out).splitlines()]

    def report(self, seconds=10.0):
        """The first finished call."""
        self.wait_for(r"\{.*\}\n", seconds, "out")
        return self.reports()[0]

    def shut_down(self):
        """Ctrl-C; the exit code must be 0."""
        self.interrupt()
        code = self.wait()
        expect(code == 0, f"answer ended with {code} after Ctrl-C: {self.last_words()}")


class Dial(Process):
    """`dial --json` from a free port of 127.0.0.1."""

    def __init__(self, lab, to, *flags):
        binary = lab.programs["dial"]
        super().__init__(lab, "dial", [binary, "--to", to, "--local", "127.0.0.1:0", "--json", *flags])

    def report(self, code=0, seconds=20.0):
        """Waits for its end with this exit code; what it printed."""
        got = self.wait(seconds)
        expect(got == code, f"dial ended with {got}, wanted {code}: {self.last_words()}")
        return json.loads(read(self.out))
