"""The register of cases, and what cases of more than one peer share."""

import time

import sound
from lab import expect_equal

CASES = []
"""Every case in the order in which they run."""

SPEECH = 'examples/assets/greeting.wav'
"""The greeting that comes with the examples."""


class Case:
    """A function with the programs it needs and its row in the table."""

    def __init__(self, run, needs, feature):
        self.run, self.needs, self.feature = run, needs, feature
        self.name, self.peer = run.__name__.replace("_", "-"), needs[0]


def case(feature, *needs, **variants):
    """Registers a function as a case of the peer `needs[0]`; the name of the function is the name of the case.

    One keyword with a list makes one case of each value: `codec=["PCMU", "PCMA"]`.
    """
    def register(run):
        if not variants:
            CASES.append(Case(run, needs, feature))
        for key, values in variants.items():
            for value in values:
                def one(lab, key=key, value=value):
                    return run(lab, **{key: value})
                one.__name__ = f"{run.__name__}_{value.lower()}"
                CASES.append(Case(one, needs, feature.format(**{key: value})))
        return run
    return register


def talk(seconds):
    """Lets a call last: its length is what is wanted here, not a guess at when something is ready."""
    time.sleep(seconds)


def judge_file(path, hz, seconds=1.8):
    """Judges a recording of one tone."""
    samples, rate = sound.load(path)
    return sound.judge_tone(samples, hz, seconds, rate=rate)


def speech():
    """The greeting at the 8 kHz of G.711."""
    samples, rate = sound.load(speech.path)
    expect_equal(rate, 16000, "rate of the greeting")
    return sound.halved(samples)


speech.path = SPEECH


def judge_speech_file(path):
    """Judges a recording of the greeting."""
    samples, rate = sound.load(path)
    expect_equal(rate, sound.RATE, "rate of the recording")
    return sound.judge_speech(samples, speech())


def check_call(report, cause, codec, digits=""):
    """A finished call as the JSON line tells it."""
    expect_equal(report.get("cause"), cause, "cause")
    expect_equal(report["codec"], codec, "codec")
    expect_equal(report["digits"], digits, "digits in the report")
    expect_equal(report["lost"], 0, "packets lost")


def check_no_call(report, cause, status):
    """A call that never came to be."""
    expect_equal((report.get("cause"), report.get("status")), (cause, status), "cause and status")
