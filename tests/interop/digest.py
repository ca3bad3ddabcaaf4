"""Digest answers worked out here (RFC 7616 §3.4.1, qop=auth), to hold against those of the program under test."""

import hashlib
import re

from lab import expect_equal


def check_answers(messages, algorithm, user, password, method):
    """Every `Authorization` or `Proxy-Authorization` of a message log must be right; returns how many there were."""
    answers = re.findall(r"^(?:Proxy-)?Authorization: Digest (.*)$", messages.replace("\r", ""), re.M)
    for answer in answers:
        given = {key: quoted or bare for key, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', answer)}
        expect_equal((given.get("algorithm"), given.get("username")), (algorithm, user), "algorithm and user")
        digest = lambda text: hashlib.new(algorithm.replace("-", ""), text.encode()).hexdigest()
        secret = digest(f"{user}:{given['realm']}:{password}")
        what = digest(f"{method}:{given['uri']}")
        right = digest(f"{secret}:{given['nonce']}:{given['nc']}:{given['cnonce']}:{given['qop']}:{what}")
        expect_equal(given["response"], right, f"{algorithm} response")
    return len(answers)
