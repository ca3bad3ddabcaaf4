"""The ear and mouth of a scripted peer: an RTP end of its own (RFC 3550, RFC 4733), so that sipp need only signal.

It keeps every packet that comes, and sends a prepared stream at 20 ms a packet once it is told where to.
"""

import random
import socket
import struct
import threading
import time

from sound import Law

FRAME = 160
EVENTS = "0123456789*#ABCD"
EVENT_TYPE = 101


class Ear:
    """One end of a G.711 call at a free port of 127.0.0.1."""

    def __init__(self, lab, codec="PCMU"):
        self.law = Law(codec)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.1)
        self.port = self.socket.getsockname()[1]
        self.packets, self.open = [], True
        self.frames, self.timestamp = [], random.getrandbits(31)
        lab.ears.append(self)
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self):
        """Stops hearing and speaking."""
        self.open = False

    # ---- what it says

    def say(self, samples):
        """Adds sound to the stream."""
        data = self.law.encode(samples)
        for start in range(0, len(data) - FRAME + 1, FRAME):
            self.frames.append([(self.law.payload_type, not self.frames, self.timestamp, data[start:start + FRAME])])
            self.timestamp += FRAME

    def press(self, digits):
        """Adds key presses of 100 ms with pauses of 60 ms; the end is sent three times (RFC 4733 §2.5.1.4)."""
        for digit in digits:
            event, start = EVENTS.index(digit), self.timestamp & 0xFFFFFFFF
            for step in range(1, 6):
                last = step == 5
                payload = struct.pack("!BBH", event, 0x80 * last | 10, FRAME * step)
                self.frames.append([(EVENT_TYPE, step == 1, start, payload)] * (3 if last else 1))
                self.timestamp += FRAME
            self.say([0.0] * 3 * FRAME)

    def talk_to(self, port):
        """Sends the stream to this port, from now on and once."""
        threading.Thread(target=self._speak, args=(port, self.frames), daemon=True).start()

    def _speak(self, port, frames):
        source, number = random.getrandbits(32), random.getrandbits(16)
        due = time.monotonic()
        for frame in frames:
            for payload_type, marker, timestamp, payload in frame:
                header = struct.pack("!BBHII", 0x80, marker << 7 | payload_type, number, timestamp & 0xFFFFFFFF, source)
                if not self.open:
                    return
                self.socket.sendto(header + payload, ("127.0.0.1", port))
                number = (number + 1) & 0xFFFF
            due += 0.02
            time.sleep(max(0.0, due - time.monotonic()))

    # ---- what it hears

    def _listen(self):
        while self.open:
            try:
                data, sender = self.socket.recvfrom(2048)
            except TimeoutError:
                continue
            if len(data) >= 12 and data[0] >> 6 == 2:
                number, timestamp, source = struct.unpack("!HII", data[2:12])
                start = 12 + 4 * (data[0] & 15)
                self.packets.append((data[1] & 127, number, timestamp, source, data[start:], sender[1]))
        self.socket.close()

    def heard(self):
        """The sound that came, each packet at the place that its timestamp gives; what never came is silence."""
        voice = [p for p in self.packets if p[0] == self.law.payload_type]
        if not voice:
            return []
        first, samples = voice[0][2], []
        for _, _, timestamp, _, payload, _ in voice:
            place = (timestamp - first) & 0xFFFFFFFF
            if place < 600 * 8000:
                samples.extend([0.0] * (place + len(payload) - len(samples)))
                samples[place:place + len(payload)] = self.law.decode(payload)
        return samples

    def digits(self):
        """The keys that were pressed: one for each start of an event, whatever the number of its packets."""
        starts = {}
        for payload_type, _, timestamp, source, payload, _ in self.packets:
            if payload_type == EVENT_TYPE and len(payload) >= 4:
                starts.setdefault((source, timestamp), EVENTS[payload[0] & 15])
        return "".join(starts.values())

    def lost(self):
        """Sequence numbers that are missing."""
        if not self.packets:
            return 0
        first = self.packets[0][1]
        numbers = {(p[1] - first) & 0xFFFF for p in self.packets}
        return max(numbers) + 1 - len(numbers)

    def other_types(self):
        """Payload types that came and were not offered."""
        return sorted({p[0] for p in self.packets} - {self.law.payload_type, EVENT_TYPE})
