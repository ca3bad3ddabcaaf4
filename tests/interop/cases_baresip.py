"""baresip on the other side: a user agent with a sound engine of its own."""

import scenarios as s
import sound
from baresip import Baresip
from cases import case, check_call, check_no_call, judge_file, judge_speech_file, speech, talk
from lab import certificate, expect, expect_equal, until
from offhook import Answer, Dial
from sipp import Sipp


@case("incoming call, {codec} both ways", "baresip", codec=["PCMU", "PCMA"])
def baresip_call_in(lab, codec):
    """Its tone is recorded here and comes back into its own recording; it hangs up."""
    answer = Answer(lab, "--record-dir", lab.dir)
    baresip = Baresip(lab, 600, codec)
    baresip.tell("dial", f"sip:test@{answer.address}")
    baresip.wait_event("CALL_ESTABLISHED")
    talk(2.3)
    baresip.tell("hangup")
    check_call(answer.report(), "remote-hang-up", codec)
    baresip.quit()
    return f"recorded {judge_file(lab.path('call-1.wav'), 600)}; echoed {judge_file(baresip.recording(), 600)}"


@case("outgoing call, {codec} both ways", "baresip", codec=["PCMU", "PCMA"])
def baresip_call_out(lab, codec):
    """We play a file of 48 kHz, it sends a tone; we hang up."""
    sound.save(lab.path("play.wav"), sound.tone(440, 2.5, rate=48000), 48000)
    baresip = Baresip(lab, 900, codec)
    dial = Dial(lab, baresip.uri, "--play", lab.path("play.wav"), "--record", lab.path("heard.wav"), "--duration", "2.5")
    check_call(dial.report(), "local-hang-up", codec)
    baresip.wait_event("CALL_CLOSED")
    baresip.quit()
    return f"sent {judge_file(baresip.recording(), 440)}; heard {judge_file(lab.path('heard.wav'), 900)}"


@case("speech to the peer", "baresip")
def baresip_speech(lab):
    """`answer --mode play` speaks into its recording, and hangs up at the end."""
    answer = Answer(lab, "--mode", "play", "--play", speech.path)
    baresip = Baresip(lab)
    baresip.tell("dial", f"sip:test@{answer.address}")
    check_call(answer.report(20), "local-hang-up", "PCMU")
    baresip.wait_event("CALL_CLOSED")
    baresip.quit()
    return judge_speech_file(baresip.recording())


@case("the called side hangs up an outgoing call", "baresip")
def baresip_hang_up_callee(lab):
    """Its BYE ends `dial` with success."""
    baresip = Baresip(lab)
    dial = Dial(lab, baresip.uri)
    baresip.wait_event("CALL_ESTABLISHED")
    dial.wait_for("answered")
    talk(0.5)
    baresip.tell("hangup")
    report = dial.report()
    check_call(report, "remote-hang-up", "PCMU")
    return f"after {report['seconds']} s"


@case("we hang up an incoming call", "baresip")
def baresip_hang_up_answerer(lab):
    """`answer --mode play` says BYE, and so does a Ctrl-C in the middle of a call."""
    sound.save(lab.path("play.wav"), sound.tone(500, 0.5))
    answer = Answer(lab, "--mode", "play", "--play", lab.path("play.wav"))
    baresip = Baresip(lab)
    baresip.tell("dial", f"sip:test@{answer.address}")
    check_call(answer.report(), "local-hang-up", "PCMU")
    baresip.wait_event("CALL_CLOSED")
    echo = Answer(lab, name="echo")
    baresip.heard.clear()
    baresip.tell("dial", f"sip:test@{echo.address}")
    baresip.wait_event("CALL_ESTABLISHED")
    echo.shut_down()
    baresip.wait_event("CALL_CLOSED", 5)
    return "at the end of the file, and at Ctrl-C"


@case("RTCP reports both ways", "baresip")
def baresip_rtcp(lab):
    """It tells what our reports say of its stream, and that nothing of ours was lost on the way."""
    answer, baresip = Answer(lab), Baresip(lab)
    baresip.tell("dial", f"sip:test@{answer.address}")
    figures = baresip.wait_event("CALL_RTCP", 15)["rtcp_stats"]
    baresip.tell("hangup")
    lost = figures["tx"]["lost"], figures["rx"]["lost"]
    expect_equal(lost, (0, 0), "lost there and back")
    expect(figures["rx"]["sent"] > 0, f"our sender report counts nothing: {figures}")
    return f"{figures['tx']['sent']} packets to us, {figures['rx']['sent']} from us, none lost"


@case("DTMF to the peer", "baresip")
def baresip_dtmf_out(lab):
    """All sixteen keys arrive once each."""
    baresip, keys = Baresip(lab), "0123456789*#ABCD"
    dial = Dial(lab, baresip.uri, "--send-dtmf", keys)
    dial.report(seconds=30)
    until(lambda: baresip.digits() == keys, "all keys at baresip", 3)
    return keys


@case("DTMF from the peer", "baresip")
def baresip_dtmf_in(lab):
    """Its keys up to # are gathered."""
    answer, baresip, keys = Answer(lab, "--mode", "gather"), Baresip(lab), "1155*0#"
    baresip.tell("dial", f"sip:test@{answer.address}")
    baresip.wait_event("CALL_ESTABLISHED")
    for key in keys:
        baresip.press(key)
    check_call(answer.report(), "local-hang-up", "PCMU", keys)
    return keys


@case("busy: we say 486", "baresip")
def baresip_busy_in(lab):
    """It hears why its call ended."""
    answer, baresip = Answer(lab, "--busy-above", "0"), Baresip(lab)
    baresip.tell("dial", f"sip:test@{answer.address}")
    why = baresip.wait_event("CALL_CLOSED")["param"]
    expect("486" in why, f"it says {why!r}")
    return why


@case("busy: they say 486", "baresip")
def baresip_busy_out(lab):
    """Its user refuses."""
    baresip = Baresip(lab, answers=False)
    dial = Dial(lab, baresip.uri)
    baresip.wait_event("CALL_INCOMING")
    baresip.tell("hangup")
    check_no_call(dial.report(code=1), "rejected", 486)
    return "486"


@case("cancel: we give up", "baresip")
def baresip_cancel_out(lab):
    """Ctrl-C while it rings."""
    baresip = Baresip(lab, answers=False)
    dial = Dial(lab, baresip.uri)
    baresip.wait_event("CALL_INCOMING")
    dial.interrupt()
    report = dial.report(code=1)
    expect(report.get("cause") in ("cancelled", "gave-up"), f"report {report}")
    baresip.wait_event("CALL_CLOSED")
    return report["cause"]


@case("cancel: they give up", "baresip", "sipp")
def baresip_cancel_in(lab):
    """It rings here while a registrar keeps `answer` waiting; its user gives up."""
    registrar = Sipp(lab, s.scenario(s.recv("REGISTER"), s.respond("100 Trying", tag=None), s.pause(30000)), name="registrar")
    answer = Answer(lab, "--user", "alice", "--password", "secret", "--registrar", f"sip:127.0.0.1:{registrar.port}")
    baresip = Baresip(lab)
    baresip.tell("dial", f"sip:test@{answer.address}")
    baresip.wait_event("CALL_RINGING")
    baresip.tell("hangup")
    baresip.wait_event("CALL_CLOSED")
    until(lambda: baresip.said(r"SIP/2\.0 487", "out"), "487 at baresip")
    expect(baresip.said(r"SIP/2\.0 200 .*\n(.*\n)*?CSeq: \d+ CANCEL", "out"), "no 200 to the CANCEL")
    return "200 to the CANCEL, 487 to the INVITE"


@case("unknown number: we say 404", "baresip")
def baresip_unknown_in(lab):
    """It hears why its call ended."""
    answer, baresip = Answer(lab, "--number", "alice"), Baresip(lab)
    baresip.tell("dial", f"sip:bob@{answer.address}")
    why = baresip.wait_event("CALL_CLOSED")["param"]
    expect("404" in why, f"it says {why!r}")
    return why


@case("unknown number: they say 404", "baresip")
def baresip_unknown_out(lab):
    """It serves one user only."""
    baresip = Baresip(lab)
    dial = Dial(lab, f"sip:nobody@127.0.0.1:{baresip.port}")
    check_no_call(dial.report(code=1), "rejected", 404)
    return "404"


@case("call to the Contact that we registered", "baresip", "sipp")
def baresip_registered_contact(lab):
    """`answer` registers at sipp; baresip calls the address that was left there."""
    registrar = Sipp(lab, s.registrar("MD5", 60, "alice", "secret"), name="registrar")
    answer = Answer(lab, "--user", "alice", "--password", "secret", "--registrar", f"sip:127.0.0.1:{registrar.port}")
    answer.wait_for("registered for")
    contact = registrar.heard(r"Contact: <(sip:alice@.*?)>")[-1]
    baresip = Baresip(lab)
    baresip.tell("dial", contact)
    baresip.wait_event("CALL_ESTABLISHED")
    baresip.tell("hangup")
    check_call(answer.report(), "remote-hang-up", "PCMU")
    answer.shut_down()
    registrar.done()
    return contact


@case("TLS: outgoing call, sound both ways", "baresip", "openssl")
def baresip_tls_call_out(lab):
    """Its certificate is for its address and trusted; we hang up. Without trust there is no call."""
    cert, _, both = certificate(lab)
    sound.save(lab.path("play.wav"), sound.tone(440, 2.5, rate=48000), 48000)
    baresip = Baresip(lab, 900, tls=both)
    to = f"sip:baresip@127.0.0.1:{baresip.port + 1}"
    dial = Dial(lab, to, "--transport", "tls", "--tls-roots", cert, "--play", lab.path("play.wav"), "--record",
                lab.path("heard.wav"), "--duration", "2.5")
    check_call(dial.report(), "local-hang-up", "PCMU")
    baresip.wait_event("CALL_CLOSED")
    baresip.quit()
    return f"sent {judge_file(baresip.recording(), 440)}; heard {judge_file(lab.path('heard.wav'), 900)}"


@case("TLS: a certificate that is not trusted makes no call", "baresip", "openssl")
def baresip_tls_not_trusted(lab):
    """The same certificate, and another's to trust."""
    baresip = Baresip(lab, tls=certificate(lab)[2])
    other, _, _ = certificate(lab)
    to = f"sip:baresip@127.0.0.1:{baresip.port + 1}"
    check_no_call(Dial(lab, to, "--transport", "tls", "--tls-roots", other).report(code=1), "failed", None)
    return "no call"


@case("TLS: incoming call, sound both ways", "baresip", "openssl")
def baresip_tls_call_in(lab):
    """It verifies our certificate, calls and hangs up."""
    cert, key, both = certificate(lab)
    answer = Answer(lab, "--record-dir", lab.dir, "--tls-cert", cert, "--tls-key", key, "--tls-roots", cert, transport="tls")
    baresip = Baresip(lab, 600, tls=both)
    baresip.tell("dial", f"sip:test@{answer.address};transport=tls")
    baresip.wait_event("CALL_ESTABLISHED")
    talk(2.3)
    baresip.tell("hangup")
    check_call(answer.report(), "remote-hang-up", "PCMU")
    baresip.quit()
    return f"recorded {judge_file(lab.path('call-1.wav'), 600)}; echoed {judge_file(baresip.recording(), 600)}"
