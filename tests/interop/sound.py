"""Sound made and judged: tones and speech as lists of floats in -1..1, and G.711 (ITU-T G.711) in both laws."""

import math
import struct
import wave

from lab import Failed, expect

RATE = 8000
"""Samples per second of all that travels in G.711."""


def tone(hz, seconds, peak=0.3, rate=RATE):
    """A sine."""
    return [peak * math.sin(2 * math.pi * hz * n / rate) for n in range(int(seconds * rate))]


def save(path, samples, rate=RATE):
    """Writes a mono 16-bit WAV."""
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(struct.pack(f"<{len(samples)}h", *(round(32767 * s) for s in samples)))


def load(path):
    """Reads a 16-bit WAV, its channels mixed: the samples and their rate. A header that was never finished is forgiven."""
    try:
        with wave.open(path, "rb") as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            raw = file.readframes(1 << 28)
    except (OSError, EOFError, wave.Error) as error:
        raise Failed(f"{path}: {error or 'empty'}") from None
    expect(width == 2, f"{path}: {8 * width} bits per sample")
    values = struct.unpack(f"<{len(raw) // 2}h", raw[: len(raw) // 2 * 2])
    return [sum(values[n:n + channels]) / channels / 32768 for n in range(0, len(values), channels)], rate


def level(samples):
    """RMS in dB below full scale."""
    power = sum(s * s for s in samples) / max(len(samples), 1)
    return 10 * math.log10(max(power, 1e-10))


def judge_tone(samples, hz, seconds, peak=0.3, rate=RATE):
    """Fails unless there are `seconds` of one tone at its pitch (2 %) and level (1.5 dB), pure (25 dB) and without a gap.

    The edges (150 ms) are left out: they hold the start of the stream. Returns the figures in words.
    """
    block = rate // 100
    loud = [n for n in range(0, len(samples) - block, block) if level(samples[n:n + block]) > -35]
    expect(loud, f"no sound in {len(samples) / rate:.2f} s of recording")
    length = (loud[-1] - loud[0] + block) / rate
    expect(length >= seconds, f"{length:.2f} s of sound, wanted {seconds:g} s")
    edge = rate * 15 // 100
    middle = samples[loud[0] + edge:loud[-1] + block - edge]
    gaps = sum(1 for n in range(0, len(middle) - block, block) if level(middle[n:n + block]) <= -35)
    expect(gaps == 0, f"{gaps * 10} ms of silence inside the tone")
    pitch, loudness = _pitch(middle, rate), level(middle)
    wanted = 20 * math.log10(peak / math.sqrt(2))
    purity = _purity(middle, pitch, rate)
    figures = f"{pitch:.1f} Hz {loudness:.1f} dBFS {purity:.0f} dB pure {length:.1f} s"
    expect(abs(pitch - hz) <= 0.02 * hz, f"{figures}: wanted {hz} Hz")
    expect(abs(loudness - wanted) <= 1.5, f"{figures}: wanted {wanted:.1f} dBFS")
    expect(purity >= 25, f"{figures}: wanted 25 dB above everything else")
    return figures


def _pitch(samples, rate):
    """Hertz, from the rising zero crossings, each placed between its two samples."""
    rising = [n + a / (a - b) for n, (a, b) in enumerate(zip(samples, samples[1:])) if a < 0 <= b]
    return (len(rising) - 1) * rate / (rising[-1] - rising[0]) if len(rising) > 1 else 0.0


def _purity(samples, hz, rate):
    """The tone above everything else in dB: the best sine is taken out of each 100 ms, and what is left is weighed.

    The median of the pieces: one slip between two clocks costs one piece, noise and wrong codecs cost all of them.
    """
    size, ratios = rate // 10, []
    for start in range(0, len(samples) - size + 1, size):
        piece = samples[start:start + size]
        turn = 2 * math.pi * hz / rate
        cosines, sines = [math.cos(turn * n) for n in range(size)], [math.sin(turn * n) for n in range(size)]
        a = 2 / size * sum(x * c for x, c in zip(piece, cosines))
        b = 2 / size * sum(x * s for x, s in zip(piece, sines))
        rest = sum((x - a * c - b * s) ** 2 for x, c, s in zip(piece, cosines, sines))
        ratios.append(10 * math.log10(max(size / 2 * (a * a + b * b), 1e-12) / max(rest, 1e-12)))
    expect(ratios, "too short to judge")
    return sorted(ratios)[len(ratios) // 2]


def judge_speech(heard, spoken, least=0.95):
    """Fails unless `heard` holds `spoken` (both at 8 kHz): where it fits best, they correlate by at least `least`.

    The loudness of 20 ms pieces finds the place, the samples decide. Returns the figures in words.
    """
    step = RATE // 50
    outline = lambda x: [10 ** (level(x[n:n + step]) / 20) for n in range(0, len(x) - step + 1, step)]
    heard_outline, spoken_outline = outline(heard), outline(spoken)
    expect(len(heard) >= len(spoken) * 0.95, f"{len(heard) / RATE:.2f} s heard of {len(spoken) / RATE:.2f} s")
    shifts = range(-5, max(len(heard_outline) - len(spoken_outline), 0) + 6)
    rough = max(shifts, key=lambda lag: _likeness(heard_outline, spoken_outline, lag)) * step
    # The loudest second is enough to find the sample; all of it is judged.
    part = max(range(0, max(len(spoken) - RATE, 1), step), key=lambda n: level(spoken[n:n + RATE]))
    loudest = spoken[part:part + RATE]
    lag = max(range(rough - step, rough + step + 1), key=lambda lag: _likeness(heard, loudest, lag + part))
    likeness = _likeness(heard, spoken, lag)
    figures = f"speech {len(spoken) / RATE:.1f} s correlation {likeness:.3f}"
    expect(likeness >= least, f"{figures}, wanted {least}")
    return figures


def _likeness(a, b, lag):
    """Normalised correlation of `b` with `a` from `lag` on; outside of `a` there is silence."""
    first, last = max(0, -lag), min(len(b), len(a) - lag)
    x, y = a[first + lag:last + lag], b[first:last]
    power = math.sqrt(sum(v * v for v in x) * sum(v * v for v in b))
    return sum(v * w for v, w in zip(x, y)) / power if power else 0.0


def halved(samples):
    """16 kHz to 8 kHz: a windowed sinc of 63 taps, every second sample."""
    half = 31
    taps = [0.5 if n == 0 else math.sin(math.pi * n / 2) / (math.pi * n) for n in range(-half, half + 1)]
    taps = [t * (0.54 + 0.46 * math.cos(math.pi * n / half)) for t, n in zip(taps, range(-half, half + 1))]
    wide = [0.0] * half + samples + [0.0] * half
    return [sum(t * s for t, s in zip(taps, wide[n:n + 2 * half + 1])) for n in range(0, len(samples), 2)]


def _ulaw(byte):
    byte = ~byte & 0xFF
    magnitude = (((byte & 15) << 3) + 132 << (byte >> 4 & 7)) - 132
    return (-magnitude if byte & 0x80 else magnitude) / 32768


def _alaw(byte):
    byte ^= 0x55
    segment, magnitude = byte >> 4 & 7, (byte & 15) << 4 | 8
    if segment:
        magnitude = magnitude + 256 << segment - 1
    return (magnitude if byte & 0x80 else -magnitude) / 32768


class Law:
    """One of the two laws of G.711 under its RTP name: `PCMU` is payload type 0, `PCMA` is 8."""

    def __init__(self, name):
        self.name, self.payload_type = name, {"PCMU": 0, "PCMA": 8}[name]
        self.values = [(_ulaw if name == "PCMU" else _alaw)(byte) for byte in range(256)]
        self.by_value = sorted(range(256), key=lambda byte: self.values[byte])

    def decode(self, data):
        """Bytes to samples."""
        return [self.values[byte] for byte in data]

    def encode(self, samples):
        """Samples to bytes: each takes the nearest value that the law has."""
        return bytes(map(self._nearest, samples))

    def _nearest(self, sample):
        low, high = 0, 255
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.values[self.by_value[middle]] <= sample else (low, middle)
        return min(self.by_value[low], self.by_value[high], key=lambda byte: abs(self.values[byte] - sample))
