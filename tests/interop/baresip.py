"""baresip as a peer, steered and watched through its JSON control socket."""

import glob
import json
import os
import re
import socket
import threading

from lab import Failed, Process, expect, free_port, is_bound, read, until
from sound import save, tone

CONFIG = """\
poll_method epoll
sip_listen 127.0.0.1:{port}
audio_player aubridge,ear
audio_source aufile,{mouth}
audio_alert aubridge,alert
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
ausrc_format s16
auplay_format s16
auenc_format s16
audec_format s16
audio_buffer 20-160
jitter_buffer_delay 1-10
rtp_ports {media}-{media_end}
net_interface 127.0.0.1
snd_path {records}
ctrl_tcp_listen 127.0.0.1:{control}
module_path {modules}
module g711.so
module sndfile.so
module aubridge.so
module aufile.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
"""


def modules():
    """Where Debian puts its modules."""
    places = glob.glob("/usr/lib/baresip/modules") + glob.glob("/usr/lib/*/baresip/modules")
    return places[0] if places else ""


class Baresip(Process):
    """A user agent at a free port that sends a tone and records what it hears; it answers by itself unless told otherwise.

    `tls`: a file with its certificate and key; it listens for TLS one port above.
    """

    def __init__(self, lab, hz=600, codec="PCMU", answers=True, user="baresip", tls=None):
        self.port, control, media = free_port(), free_port(), free_port()
        self.uri = f"sip:{user}@127.0.0.1:{self.port}"
        self.records = lab.path("baresip-records")
        home, mouth = lab.path("baresip"), lab.path("baresip-says.wav")
        os.makedirs(home)
        os.makedirs(self.records)
        save(mouth, tone(hz, 20))
        files = {
            "config": CONFIG.format(port=self.port, control=control, media=media, media_end=media + 20, mouth=mouth,
                                    records=self.records, modules=modules()) + (f"sip_certificate {tls}\nsip_cafile {tls}\n" if tls else ""),
            "accounts": f"<{self.uri}>;regint=0;answermode={'auto' if answers else 'manual'};audio_codecs={codec}/8000/1;ptime=20\n",
            "contacts": "",
            "uuid": "6b1f0c52-0000-4000-8000-000000000001",
        }
        for name, text in files.items():
            with open(os.path.join(home, name), "w", encoding="utf-8") as file:
                file.write(text)
        super().__init__(lab, "baresip", ["baresip", "-4", "-s", "-f", home])
        until(lambda: self.child.poll() is not None or is_bound(self.port), "baresip at its port")
        expect(self.child.poll() is None, f"baresip did not start: {self.last_words()}")
        self.log = open(lab.path("baresip.events"), "a", encoding="utf-8")
        self.heard, self.control = [], until(lambda: _connect(control), "control socket of baresip")
        threading.Thread(target=self._listen, daemon=True).start()

    def tell(self, command, params=""):
        """Gives a command: `dial`, `hangup`, `accept` .."""
        text = json.dumps({"command": command, "params": params})
        self.control.sendall(f"{len(text)}:{text},".encode())

    def wait_event(self, kind, seconds=10.0):
        """Waits for an event of this type."""
        return until(lambda: next((e for e in self.heard if e.get("type") == kind), None), f"{kind} from baresip", seconds)

    def digits(self):
        """The keys that it heard."""
        return "".join(e.get("param", "") for e in self.heard if e.get("type") == "CALL_DTMF_START")

    def press(self, key):
        """Presses one key and lets it go."""
        sent = f"send DTMF digit end: '{re.escape(key)}'"
        before = len(re.findall(sent, read(self.out)))
        self.tell("sndcode", key)
        until(lambda: len(re.findall(sent, read(self.out))) > before, f"key {key} pressed at baresip")

    def recording(self, what="dec"):
        """The file of what it heard (`dec`) or said (`enc`)."""
        found = glob.glob(os.path.join(self.records, f"*{what}*.wav"))
        if not found:
            raise Failed("baresip recorded nothing")
        return max(found, key=os.path.getsize)

    def quit(self):
        """Ends it, so that its recordings are whole."""
        self.tell("quit")
        self.wait(5)

    def _listen(self):
        buffer = b""
        while True:
            try:
                data = self.control.recv(65536)
            except OSError:
                return
            if not data:
                return
            buffer += data
            while b":" in buffer:
                size, rest = buffer.split(b":", 1)
                if len(rest) <= int(size):
                    break
                message, buffer = json.loads(rest[:int(size)]), rest[int(size) + 1:]
                self.heard.append(message)
                print(json.dumps(message), file=self.log, flush=True)


def _connect(port):
    try:
        return socket.create_connection(("127.0.0.1", port), timeout=None)
    except OSError:
        return None
