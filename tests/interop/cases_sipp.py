"""sipp on the other side: it signals, and `Ear` or sipp's own RTP is the sound."""

import re

import scenarios as s
import sound
from cases import case, check_call, check_no_call, judge_file, judge_speech_file, speech
from digest import check_answers
from ear import Ear
from lab import expect, expect_equal, read, until
from offhook import Answer, Dial
from sipp import Sipp

USER, PASSWORD = "alice", "open sesame"
SECRET = ["--user", USER, "--password", PASSWORD]


@case("REGISTER with digest {algorithm}, refresh, un-REGISTER", "sipp", algorithm=["MD5", "SHA-256"])
def sipp_register(lab, algorithm):
    """A registration of 2 s is refreshed before it ends and taken back on Ctrl-C."""
    registrar = Sipp(lab, s.registrar(algorithm, 2, USER, PASSWORD))
    answer = Answer(lab, *SECRET, "--registrar", f"sip:127.0.0.1:{registrar.port}")
    answer.wait_for("registered for 2 s")
    until(lambda: len(registrar.heard("SIP/2.0 200 OK")) >= 2, "refresh", 5)
    answer.shut_down()
    registrar.done()
    expect_equal(len(registrar.heard("SIP/2.0 (401|403)")), 1, "challenges")
    checked = check_answers(read(registrar.messages), algorithm, USER, PASSWORD, "REGISTER")
    expect(registrar.heard(r"\nExpires: 0\n"), "no un-REGISTER")
    return f"{checked} answers right, refreshed, un-registered"


@case("REGISTER with a wrong password fails", "sipp")
def sipp_register_wrong_password(lab):
    """The registrar says 403; the program says so and ends with an error."""
    registrar = Sipp(lab, s.registrar("MD5", 60, USER, "another"))
    dial = Dial(lab, "sip:bob@127.0.0.1", "--user", USER, "--password", PASSWORD, "--registrar",
                f"sip:127.0.0.1:{registrar.port}")
    report = dial.report(code=1)
    expect("error" in report and "403" in report["error"], f"report {report}")
    return report["error"]


@case("incoming call, {codec} both ways", "sipp", codec=["PCMU", "PCMA"])
def sipp_call_in(lab, codec):
    """A tone goes in, is recorded and echoed; the caller hangs up."""
    answer = Answer(lab, "--record-dir", lab.dir)
    ear = Ear(lab, codec)
    ear.say(sound.tone(1000, 2.0))
    caller = Sipp(lab, s.caller(s.offer(ear.port, codec), [s.pause(2500)]), to=answer.address)
    ear.talk_to(caller.their_media_port())
    caller.done()
    check_call(answer.report(), "remote-hang-up", codec)
    expect_equal((ear.lost(), ear.other_types()), (0, []), "lost and unknown packets")
    heard = judge_file(lab.path("call-1.wav"), 1000)
    echoed = sound.judge_tone(ear.heard(), 1000, 1.8)
    answer.shut_down()
    return f"recorded {heard}; echoed {echoed}"


@case("outgoing call, {codec} both ways", "sipp", codec=["PCMU", "PCMA"])
def sipp_call_out(lab, codec):
    """We play a file of 44.1 kHz, they a tone of their own; we hang up."""
    sound.save(lab.path("play.wav"), sound.tone(440, 2.0, rate=44100), 44100)
    ear = Ear(lab, codec)
    ear.say(sound.tone(1200, 2.0))
    callee = Sipp(lab, s.called(s.offer(ear.port, codec)))
    dial = Dial(lab, callee.uri, "--play", lab.path("play.wav"), "--record", lab.path("heard.wav"), "--duration", "2.5")
    ear.talk_to(callee.their_media_port())
    check_call(dial.report(), "local-hang-up", codec)
    callee.done()
    expect_equal((ear.lost(), ear.other_types()), (0, []), "lost and unknown packets")
    return f"sent {sound.judge_tone(ear.heard(), 440, 1.8)}; heard {judge_file(lab.path('heard.wav'), 1200)}"


@case("incoming call, the peer's own media engine", "sipp")
def sipp_own_stream(lab):
    """sipp's `rtp_stream` into our recording."""
    answer = Answer(lab, "--record-dir", lab.dir)
    with open(lab.path("tone.ul"), "wb") as file:
        file.write(sound.Law("PCMU").encode(sound.tone(800, 2.5)))
    body = s.offer("[rtpstream_audio_port]", "PCMU")
    caller = Sipp(lab, s.caller(body, [s.play(lab.path("tone.ul"), 0), s.pause(2600)]), to=answer.address)
    caller.done()
    expect_equal(answer.report()["cause"], "remote-hang-up", "cause")
    return f"recorded {judge_file(lab.path('call-1.wav'), 800)}"


@case("speech there and back", "sipp")
def sipp_speech_echo(lab):
    """The greeting goes to sipp's `-rtp_echo` and comes back into our recording."""
    callee = Sipp(lab, s.called(s.offer("[media_port]", "PCMU")), flags=["-rtp_echo"])
    dial = Dial(lab, callee.uri, "--play", speech.path, "--record", lab.path("heard.wav"))
    check_call(dial.report(), "local-hang-up", "PCMU")
    callee.done()
    return judge_speech_file(lab.path("heard.wav"))


@case("the called side hangs up an outgoing call", "sipp")
def sipp_hang_up_callee(lab):
    """Their BYE ends `dial` with success."""
    callee = Sipp(lab, s.hangs_up(s.offer(Ear(lab).port, "PCMU"), 500))
    report = Dial(lab, callee.uri).report()
    check_call(report, "remote-hang-up", "PCMU")
    callee.done()
    return f"after {report['seconds']} s"


@case("we hang up an incoming call", "sipp")
def sipp_hang_up_answerer(lab):
    """`answer --mode play` says BYE at the end of its file."""
    sound.save(lab.path("play.wav"), sound.tone(500, 1.5, rate=16000), 16000)
    answer = Answer(lab, "--mode", "play", "--play", lab.path("play.wav"))
    ear = Ear(lab)
    caller = Sipp(lab, s.scenario(
        s.invite(s.offer(ear.port, "PCMU")), s.recv(100, True), s.recv(180, True), s.recv(200, rrs="true"), s.ack(),
        s.recv("BYE"), s.respond("200 OK", tag=None)), to=answer.address)
    caller.done()
    check_call(answer.report(), "local-hang-up", "PCMU")
    return f"heard {sound.judge_tone(ear.heard(), 500, 1.3)}"


@case("DTMF to the peer", "sipp")
def sipp_dtmf_out(lab):
    """All sixteen keys arrive once each."""
    ear, keys = Ear(lab), "0123456789*#ABCD"
    callee = Sipp(lab, s.called(s.offer(ear.port, "PCMU")))
    dial = Dial(lab, callee.uri, "--send-dtmf", keys)
    check_call(dial.report(seconds=30), "local-hang-up", "PCMU")
    callee.done()
    expect_equal(ear.digits(), keys, "keys heard")
    return keys


@case("DTMF from the peer", "sipp")
def sipp_dtmf_in(lab):
    """Keys up to # are gathered, a doubled key counts twice, and the end sent three times counts once."""
    answer, ear, keys = Answer(lab, "--mode", "gather"), Ear(lab), "1155*0D#"
    ear.press(keys)
    caller = Sipp(lab, s.scenario(
        s.invite(s.offer(ear.port, "PCMU")), s.recv(100, True), s.recv(180, True), s.recv(200, rrs="true"), s.ack(),
        s.recv("BYE"), s.respond("200 OK", tag=None)), to=answer.address)
    ear.talk_to(caller.their_media_port())
    caller.done()
    check_call(answer.report(), "local-hang-up", "PCMU", keys)
    gathered = answer.wait_for(r'gathered "(.*?)"')[1]
    expect_equal(gathered, keys[:-1], "gathered")
    return keys


@case("busy: we say 486", "sipp")
def sipp_busy_in(lab):
    """A caller above the limit is refused, and the next after it too."""
    answer = Answer(lab, "--busy-above", "0")
    for turn in (1, 2):
        Sipp(lab, s.refused(s.offer(9, "PCMU"), 486), to=answer.address, name=f"sipp-{turn}").done()
    answer.shut_down()
    return "486 twice"


@case("busy: they say 486", "sipp")
def sipp_busy_out(lab):
    """Their 486 is the cause, and the exit code is 1."""
    callee = Sipp(lab, s.refuses("486 Busy Here"))
    check_no_call(Dial(lab, callee.uri).report(code=1), "rejected", 486)
    callee.done()
    return "486"


@case("cancel: we give up", "sipp")
def sipp_cancel_out(lab):
    """Ctrl-C while it rings: CANCEL, 487, ACK."""
    callee = Sipp(lab, s.scenario(
        s.recv("INVITE", action=s.keep("Via", "via") + s.keep("CSeq", "cseq")), s.respond("180 Ringing"), s.recv("CANCEL"),
        s.respond("200 OK"), s.respond_kept("487 Request Terminated", "via", "cseq"), s.recv("ACK")))
    dial = Dial(lab, callee.uri)
    callee.wait_heard("SIP/2.0 180")
    dial.interrupt()
    report = dial.report(code=1)
    callee.done()
    expect(report.get("cause") in ("cancelled", "gave-up"), f"report {report}")
    return report["cause"]


@case("cancel: they give up", "sipp")
def sipp_cancel_in(lab):
    """`answer` rings but takes no call while its registrar keeps it waiting; the caller gives up: 200, 487. Then it serves."""
    registrar = Sipp(lab, s.scenario(
        s.recv("REGISTER"), s.respond("100 Trying", tag=None), s.pause(3000), s.respond("200 OK", "[last_Contact:]\nExpires: 60"),
        s.recv("REGISTER"), s.respond("200 OK")), name="registrar")
    answer = Answer(lab, *SECRET, "--registrar", f"sip:127.0.0.1:{registrar.port}")
    caller = Sipp(lab, s.scenario(
        s.invite(s.offer(9, "PCMU")), s.recv(100, True), s.recv(180), s.cancel(), s.recv(200), s.recv(487), s.ack_refusal()),
        to=answer.address, name="caller")
    caller.done()
    expect(not answer.said("registered for"), "the registrar was too fast for this case")
    answer.wait_for("registered for")
    Sipp(lab, s.caller(s.offer(Ear(lab).port, "PCMU"), [s.pause(200)]), to=answer.address, name="next").done()
    answer.shut_down()
    registrar.done()
    return "200 to the CANCEL, 487 to the INVITE, the next call is served"


@case("unknown number: we say 404", "sipp")
def sipp_unknown_in(lab):
    """Only the number that is served is answered."""
    answer = Answer(lab, "--number", "alice")
    Sipp(lab, s.refused(s.offer(9, "PCMU"), 404), to=answer.address, user="bob", name="bob").done()
    Sipp(lab, s.caller(s.offer(Ear(lab).port, "PCMU"), [s.pause(200)]), to=answer.address, user="alice", name="alice").done()
    return "bob 404, alice answered"


@case("unknown number: they say 404", "sipp")
def sipp_unknown_out(lab):
    """Their 404 is the cause, and the exit code is 1."""
    callee = Sipp(lab, s.refuses("404 Not Found"))
    check_no_call(Dial(lab, callee.uri).report(code=1), "rejected", 404)
    callee.done()
    return "404"


@case("outgoing call challenged with 407, {algorithm}", "sipp", algorithm=["MD5", "SHA-256"])
def sipp_call_challenged(lab, algorithm):
    """The second INVITE carries the right answer, and the call comes to be."""
    challenge = f'Proxy-Authenticate: Digest realm="interop", nonce="{s.NONCE}", algorithm={algorithm}, qop="auth"'
    called = s.called(s.offer(Ear(lab).port, "PCMU"))
    callee = Sipp(lab, called.replace(s.recv("INVITE"), "\n".join([
        s.recv("INVITE"), s.respond("407 Proxy Authentication Required", challenge, retrans=500), s.recv("ACK"), s.recv("INVITE")]), 1))
    dial = Dial(lab, callee.uri, *SECRET, "--duration", "0.3")
    check_call(dial.report(), "local-hang-up", "PCMU")
    callee.done()
    invite, ack = requests_with_answers(callee, "INVITE"), requests_with_answers(callee, "ACK")
    expect_equal(len(invite), 1, "INVITEs with an answer")
    check_answers(invite[0], algorithm, USER, PASSWORD, "INVITE")
    # RFC 3261 §22.1: an ACK cannot be challenged, so it repeats what its INVITE said.
    expect_equal([answer_of(message) for message in ack], [answer_of(invite[0])], "answer in the ACK")
    check_answers("".join(requests_with_answers(callee, "BYE")), algorithm, USER, PASSWORD, "BYE")
    return "INVITE and BYE right, ACK repeats the INVITE"


def requests_with_answers(peer, method):
    """The requests with `Proxy-Authorization` that came."""
    messages = [m.replace("\r", "") for m in re.split(r"\n-{40,}.*\n", read(peer.messages))]
    return [m for m in messages if f"\n{method} sip:" in m and "\nProxy-Authorization:" in m]


def answer_of(message):
    """The line with the answer."""
    return re.search(r"\nProxy-Authorization: (.*)\n", message)[1]


@case("OPTIONS answered", "sipp")
def sipp_options(lab):
    """200, with the methods that are understood."""
    answer = Answer(lab)
    asker = Sipp(lab, s.scenario(s.request("OPTIONS"), s.recv(200)), to=answer.address)
    asker.done()
    return "Allow: " + asker.wait_heard(r"\nAllow: (.*INVITE.*)\n")


@case("no codec in common: we say 488", "sipp")
def sipp_no_common_codec(lab):
    """An offer of G.729 alone is not acceptable here."""
    answer = Answer(lab)
    body = s.description(9, "18", "a=rtpmap:18 G729/8000")
    Sipp(lab, s.refused(body, 488), to=answer.address).done()
    answer.shut_down()
    return "488"


@case("200 calls at 20 a second, incoming", "sipp")
def sipp_load_in(lab):
    """The built-in caller: nothing fails, nothing is sent twice."""
    answer = Answer(lab, "--mode", "echo")
    caller = Sipp(lab, builtin="uac", to=answer.address, calls=200, flags=["-r", "20"])
    caller.done(60)
    figures = caller.figures()
    ok, failed, again = (int(figures[f"{key}(C)"]) for key in ("SuccessfulCall", "FailedCall", "Retransmissions"))
    expect_equal((ok, failed, again), (200, 0, 0), "successful, failed, retransmissions")
    until(lambda: len(answer.reports()) == 200, "200 reports from answer")
    answer.shut_down()
    return f"{ok} calls, {failed} failed, {again} retransmissions"


@case("outgoing call to the built-in `uas`", "sipp")
def sipp_builtin_uas(lab):
    """No telephone-event there, and nothing says anything: the call is still a call."""
    callee = Sipp(lab, builtin="uas")
    check_call(Dial(lab, callee.uri, "--duration", "0.5").report(), "local-hang-up", "PCMU")
    callee.wait_heard("\nBYE ")
    expect_equal(int(callee.figures_at_end()["FailedCall(C)"]), 0, "failed")
    return "0 failed"


@case("TCP: REGISTER with digest, refresh, un-REGISTER", "sipp")
def sipp_tcp_register(lab):
    """One connection for all of it, and a Contact that names the transport."""
    registrar = Sipp(lab, s.registrar("MD5", 2, USER, PASSWORD), transport="tcp")
    answer = Answer(lab, *SECRET, "--registrar", f"sip:127.0.0.1:{registrar.port};transport=tcp", transport="tcp")
    answer.wait_for("registered for 2 s")
    until(lambda: len(registrar.heard("SIP/2.0 200 OK")) >= 2, "refresh", 5)
    answer.shut_down()
    registrar.done()
    contact = f"\nContact: <sip:{USER}@127.0.0.1:{answer.port};transport=tcp>"
    expect(registrar.heard(contact), f"no {contact!r}")
    return f"{check_answers(read(registrar.messages), 'MD5', USER, PASSWORD, 'REGISTER')} answers right"


@case("TCP: incoming call, sound both ways", "sipp")
def sipp_tcp_call_in(lab):
    """The caller hangs up on the connection on which it called."""
    answer = Answer(lab, "--record-dir", lab.dir, transport="tcp")
    ear = Ear(lab, "PCMU")
    ear.say(sound.tone(1000, 2.0))
    caller = Sipp(lab, s.caller(s.offer(ear.port, "PCMU"), [s.pause(2500)]), to=answer.address, transport="tcp")
    ear.talk_to(caller.their_media_port())
    caller.done()
    check_call(answer.report(), "remote-hang-up", "PCMU")
    answer.shut_down()
    return f"recorded {judge_file(lab.path('call-1.wav'), 1000)}"


@case("TCP: we hang up an incoming call", "sipp")
def sipp_tcp_hang_up(lab):
    """BYE goes to the caller over the connection that the caller made."""
    sound.save(lab.path("play.wav"), sound.tone(500, 1.0, rate=16000), 16000)
    answer = Answer(lab, "--mode", "play", "--play", lab.path("play.wav"), transport="tcp")
    caller = Sipp(lab, s.scenario(
        s.invite(s.offer(Ear(lab).port, "PCMU")), s.recv(100, True), s.recv(180, True), s.recv(200, rrs="true"), s.ack(),
        s.recv("BYE"), s.respond("200 OK", tag=None)), to=answer.address, transport="tcp")
    caller.done()
    check_call(answer.report(), "local-hang-up", "PCMU")
    return "BYE answered"


@case("TCP: outgoing call, sound both ways", "sipp")
def sipp_tcp_call_out(lab):
    """We call, play and hang up."""
    sound.save(lab.path("play.wav"), sound.tone(440, 2.0, rate=44100), 44100)
    ear = Ear(lab, "PCMU")
    ear.say(sound.tone(1200, 2.0))
    callee = Sipp(lab, s.called(s.offer(ear.port, "PCMU")), transport="tcp")
    dial = Dial(lab, callee.uri, "--transport", "tcp", "--play", lab.path("play.wav"), "--record", lab.path("heard.wav"),
                "--duration", "2.5")
    ear.talk_to(callee.their_media_port())
    check_call(dial.report(), "local-hang-up", "PCMU")
    callee.done()
    return f"sent {sound.judge_tone(ear.heard(), 440, 1.8)}; heard {judge_file(lab.path('heard.wav'), 1200)}"


@case("TCP: cancel, we give up", "sipp")
def sipp_tcp_cancel(lab):
    """CANCEL and the ACK of the 487 take the connection of the INVITE."""
    callee = Sipp(lab, s.scenario(
        s.recv("INVITE", action=s.keep("Via", "via") + s.keep("CSeq", "cseq")), s.respond("180 Ringing"), s.recv("CANCEL"),
        s.respond("200 OK"), s.respond_kept("487 Request Terminated", "via", "cseq"), s.recv("ACK")), transport="tcp")
    dial = Dial(lab, callee.uri)
    callee.wait_heard("SIP/2.0 180")
    dial.interrupt()
    report = dial.report(code=1)
    callee.done()
    return report["cause"]


@case("TCP: 200 calls at 20 a second, incoming", "sipp")
def sipp_tcp_load_in(lab):
    """The built-in caller, all calls on one connection: nothing fails."""
    answer = Answer(lab, "--mode", "echo", transport="tcp")
    caller = Sipp(lab, builtin="uac", to=answer.address, calls=200, flags=["-r", "20"], transport="tcp")
    caller.done(60)
    figures = caller.figures()
    ok, failed = (int(figures[f"{key}(C)"]) for key in ("SuccessfulCall", "FailedCall"))
    expect_equal((ok, failed), (200, 0), "successful, failed")
    until(lambda: len(answer.reports()) == 200, "200 reports from answer")
    answer.shut_down()
    return f"{ok} calls, {failed} failed"


@case("TCP: outgoing call to the built-in `uas`", "sipp")
def sipp_tcp_builtin_uas(lab):
    """INVITE, ACK and BYE over one connection."""
    # It lingers after the BYE; that we then close the connection is no fault of the call.
    callee = Sipp(lab, builtin="uas", transport="tcp", flags=("-reconnect_close", "false"))
    check_call(Dial(lab, callee.uri, "--duration", "0.5").report(), "local-hang-up", "PCMU")
    callee.wait_heard("\nBYE ")
    expect_equal(int(callee.figures_at_end()["FailedCall(C)"]), 0, "failed")
    return "0 failed"
