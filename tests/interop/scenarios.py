"""sipp scenarios, put together step by step, so that a case shows its ladder where it stands.

    scenario(invite(offer(port, "PCMU")), recv(100, True), recv(200, rrs="true"), ack(), pause(2000), bye(), recv(200))
"""

from sound import Law

REQUEST_LINES = """\
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]f[call_number]
{to}
Call-ID: [call_id]
CSeq: {number} {method}
Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>
Max-Forwards: 70
{more}"""

TO_NEW = "To: <sip:[service]@[remote_ip]:[remote_port]>"


def scenario(*steps):
    """The whole file."""
    body = "\n".join(steps)
    return f'<?xml version="1.0" encoding="UTF-8" ?>\n<scenario name="offhook interop">\n{body}\n</scenario>\n'


def offer(port, codec):
    """A description of one G.711 stream at `port`, with telephone-event."""
    number = Law(codec).payload_type
    return description(port, f"{number} 101", f"a=rtpmap:{number} {codec}/8000", "a=rtpmap:101 telephone-event/8000",
                       "a=fmtp:101 0-15")


def description(port, types, *lines):
    """A description with one audio line."""
    return "\n".join(["v=0", "o=sipp 1 1 IN IP4 [local_ip]", "s=-", "c=IN IP4 [local_ip]", "t=0 0",
                      f"m=audio {port} RTP/AVP {types}", *lines, "a=ptime:20", "a=sendrecv"])


def _message(first, headers, body="", **send):
    text = "\n".join([first, *filter(str.strip, headers.splitlines()), *(["Content-Type: application/sdp"] if body else []),
                      "Content-Length: [len]", "", body])
    attributes = "".join(f' {name}="{value}"' for name, value in send.items())
    return f"  <send{attributes}>\n    <![CDATA[\n\n{text}\n\n    ]]>\n  </send>"


def request(method, uri="sip:[service]@[remote_ip]:[remote_port]", to=TO_NEW, number=1, more="", body="", retrans=True):
    """A request of ours."""
    headers = REQUEST_LINES.format(to=to, number=number, method=method, more=more)
    return _message(f"{method} {uri} SIP/2.0", headers, body, **({"retrans": 500} if retrans else {}))


def invite(body):
    """Calls, with this offer."""
    return request("INVITE", body=body)


def ack():
    """Acknowledges a 2xx."""
    return request("ACK", "[next_url]", "[last_To:]", more="[routes]", retrans=False)


def ack_refusal():
    """Acknowledges any other final response: with the URI and the branch of the INVITE (RFC 3261 §17.1.1.3)."""
    return _message("ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0", """\
[last_Via:]
[last_From:]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70""")


def bye():
    """Hangs up a call that we placed."""
    return request("BYE", "[next_url]", "[last_To:]", 2, "[routes]")


def bye_from_callee():
    """Hangs up a call that came in. Its INVITE must have left the `caller`."""
    return _message("BYE [next_url] SIP/2.0", """\
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]t[call_number]
To:[$caller]
Call-ID: [call_id]
CSeq: 1 BYE
Max-Forwards: 70""", retrans=500)


def cancel():
    """Gives up: the branch, URI and number of the INVITE (RFC 3261 §9.1)."""
    return _message("CANCEL sip:[service]@[remote_ip]:[remote_port] SIP/2.0", f"""\
[last_Via:]
From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]f[call_number]
{TO_NEW}
Call-ID: [call_id]
CSeq: 1 CANCEL
Max-Forwards: 70""", retrans=500)


def recv(what, optional=False, action="", **more):
    """Waits for a request (a word) or a response (a number)."""
    more = {("response" if isinstance(what, int) else "request"): what, **({"optional": "true"} if optional else {}), **more}
    attributes = "".join(f' {name}="{value}"' for name, value in more.items())
    return f"  <recv{attributes}><action>{action}</action></recv>" if action else f"  <recv{attributes}/>"


def respond(status, more="", body="", tag="t", retrans=None, **send):
    """A response to what came last. `retrans` for the final ones of an INVITE."""
    if retrans:
        send["retrans"] = retrans
    to = f"[last_To:];tag=[pid]{tag}[call_number]" if tag else "[last_To:]"
    contact = "Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>" if body else ""
    return _message(f"SIP/2.0 {status}", f"""\
[last_Via:]
[last_From:]
{to}
[last_Call-ID:]
[last_CSeq:]
{contact}
{more}""", body, **send)


def respond_kept(status, via, number):
    """A final response to an INVITE that is not what came last: its `Via` and `CSeq` were kept."""
    return respond(status, retrans=500).replace("[last_Via:]", f"Via:[${via}]").replace("[last_CSeq:]", f"CSeq:[${number}]")


def pause(milliseconds):
    """The call goes on."""
    return f'  <pause milliseconds="{milliseconds}"/>'


def play(path, payload_type):
    """sipp's own G.711 stream, once, from a file of bare bytes."""
    return f'  <nop><action><exec rtp_stream="{path},1,{payload_type}"/></action></nop>'


def keep(header, variable):
    """An action: this header of what came goes into a variable."""
    return f'<ereg regexp=".*" search_in="hdr" header="{header}:" assign_to="{variable}"/>'


def label(name):
    """A place to jump to."""
    return f'  <label id="{name}"/>'


def jump(name, when):
    """Goes on at the label when this variable was found."""
    return f'  <nop test="{when}" next="{name}"/>'


# ---- ladders that more than one case climbs

def caller(body, talk):
    """Calls, talks and hangs up."""
    return scenario(invite(body), recv(100, True), recv(180, True), recv(200, rrs="true"), ack(), *talk, bye(), recv(200))


def called(body):
    """Is called, answers and hears the caller hang up."""
    return scenario(recv("INVITE"), respond("180 Ringing"), respond("200 OK", body=body, retrans=500), recv("ACK"),
                    recv("BYE"), respond("200 OK", tag=None))


def refused(body, status):
    """Calls and must be refused with exactly this."""
    return scenario(invite(body), recv(100, True), recv(180, True), recv(status), ack_refusal())


def refuses(status):
    """Refuses whoever calls."""
    return scenario(recv("INVITE"), respond(status, retrans=500), recv("ACK"))


def hangs_up(body, milliseconds):
    """Is called, talks this long and hangs up."""
    return scenario(recv("INVITE", rrs="true", action=keep("From", "caller")), respond("200 OK", body=body, retrans=500),
                    recv("ACK"), pause(milliseconds), bye_from_callee(), recv(200))


def registrar(algorithm, expires, user, password):
    """Challenges a REGISTER without credentials, accepts one with them, and ends with one that asks for no time at all.

    sipp checks the answer itself where it can, which is MD5, and says 403 to a wrong one.
    """
    look = keep("Authorization", "given").replace(".*", ".") + (
        '<ereg regexp="Expires: *0[^0-9]|expires=0([^0-9]|$)" search_in="msg" assign_to="leaving"/>')
    verdict, variables = [], "given,leaving"
    if algorithm == "MD5":
        look += f'<verifyauth assign_to="right" username="{user}" password="{password}"/>'
        verdict = [jump("right", "right"), respond("403 Forbidden", next="again"), label("right")]
        variables += ",right"
    challenge = f'WWW-Authenticate: Digest realm="interop", nonce="{NONCE}", algorithm={algorithm}, qop="auth"'
    return scenario(
        label("again"), recv("REGISTER", action=look), jump("given", "given"),
        respond("401 Unauthorized", challenge, next="again"), label("given"), *verdict, jump("leaving", "leaving"),
        respond("200 OK", f"[last_Contact:]\nExpires: {expires}", next="again"),
        label("leaving"), respond("200 OK"), f'  <Reference variables="{variables}"/>')


NONCE = "b9c1f0de77a24e5a"
"""What the scripted registrar challenges with."""
