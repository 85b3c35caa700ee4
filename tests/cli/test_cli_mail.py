"""`digest --send` against a real mail server: once to each, retried when due, never twice, also after a kill."""

from __future__ import annotations

import email
import signal
from datetime import timedelta
from email import policy

import pytest
from cli_world import LATER, Desk, ended, publish_bus
from postbox import Postbox
from world import rows, settings

ANA, BETO, CARLA = "ana@example.org", "beto@example.org", "carla@example.org"


def configure(desk: Desk, port: int, *recipients: str) -> None:
    """A warehouse with one article, and mail to some recipients."""
    listed = ", ".join(f'"{address}"' for address in recipients)
    desk.configure(
        "andino",
        extra=f'[digest]\nsender = "digest@desk.example.org"\nrecipients = [{listed}]\n'
        f'[mail]\ntransport = "smtp"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "plain"\ntimeout = "3s"\n',
    )
    publish_bus(desk.web)
    assert desk("run").code == 0


def outbox(desk: Desk) -> list[tuple[str, str]]:
    """Every step of every delivery."""
    found = rows(settings(desk.state), "SELECT recipient, state FROM outbox ORDER BY ALL")
    return [(row["recipient"], row["state"]) for row in found]


def test_everybody_gets_the_issue_once(desk: Desk) -> None:
    """Sent to each in a mail of their own; a second call sends nothing and says so; the files are what was sent."""
    with Postbox() as post:
        configure(desk, post.port, ANA, BETO)
        first = desk("digest", "--send", "--json", at=LATER)
        assert first.code == 0
        assert [(d["recipient"], d["state"]) for d in first.json["deliveries"]] == [(ANA, "sent"), (BETO, "sent")]
        again = desk("digest", "--send", at=LATER + timedelta(hours=1))
        assert again.code == 0
        assert again.out.count("sent      ") == 2
        assert desk("digest", "--if-due", "--send", "--quiet", at=LATER + timedelta(hours=2)).out == ""
    assert post.addresses == [ANA, BETO]
    html = email.message_from_bytes(post.got[0][1], policy=policy.default).get_body(("html",))
    assert html is not None
    sent = html.get_content().replace("\r\n", "\n").strip()
    assert sent == (desk.state / "digests" / "2026-W46.html").read_text().strip()


def test_later_knowledge_does_not_change_a_sent_issue(desk: Desk) -> None:
    """An edit after the sending: a late recipient gets the very same bytes and date as the others."""
    with Postbox(rcpt={BETO: ["451 4.7.1 greylisted", "250 ok"]}) as post:
        configure(desk, post.port, ANA, BETO)
        assert desk("digest", "--send", at=LATER).code == 69
        files = (desk.state / "digests" / "2026-W46.html").read_bytes()
        publish_bus(desk.web, "andino")
        assert desk("run", "--force", at=LATER + timedelta(hours=1)).code == 0
        assert desk("digest", "--send", at=LATER + timedelta(hours=2)).code == 0
    first, second = (email.message_from_bytes(content, policy=policy.default) for _, content in post.got)
    assert first["Date"] == second["Date"]
    assert first["X-Peru-Monitor-Run"] == second["X-Peru-Monitor-Run"]
    assert [part.get_content() for part in first.iter_parts()] == [part.get_content() for part in second.iter_parts()]
    assert (desk.state / "digests" / "2026-W46.html").read_bytes() == files


def test_a_deferred_delivery_is_tried_again_when_it_is_due(desk: Desk) -> None:
    """451: not before five minutes, not after success; a refusal is final; the others are not bothered."""
    with Postbox(rcpt={BETO: ["451 4.7.1 greylisted", "250 ok"], CARLA: ["550 5.1.1 unknown"]}) as post:
        configure(desk, post.port, ANA, BETO, CARLA)
        first = desk("digest", "--if-due", "--send", "--quiet", at=LATER)
        assert first.code == 69
        assert (first.out, first.err.count("\n")) == ("", 2)
        assert f"deferred  {BETO}" in first.err
        assert f"refused   {CARLA}" in first.err
        assert desk("digest", "--if-due", "--send", "--quiet", at=LATER + timedelta(minutes=4)).code == 0
        assert post.addresses == [ANA]
        desk("digest", "--if-due", "--send", "--quiet", at=LATER + timedelta(minutes=5))
        assert post.addresses == [ANA, BETO]
        assert desk("digest", "--if-due", "--send", at=LATER + timedelta(hours=9)).code == 0
    assert post.addresses == [ANA, BETO]


def test_a_mail_server_that_is_away_leaves_nothing_claimed(desk: Desk) -> None:
    """No session, no claim: exit 69 with the server's name; the next call sends as if nothing had happened."""
    with Postbox() as post:
        configure(desk, post.port, ANA)
    away = desk("digest", "--send", at=LATER)
    assert away.code == 69
    assert f"127.0.0.1:{post.port}" in away.err
    assert outbox(desk) == []
    with Postbox() as back:
        desk.config.write_text(desk.config.read_text().replace(f"port = {post.port}", f"port = {back.port}"))
        assert desk("digest", "--send", at=LATER).code == 0
    assert back.addresses == [ANA]


def test_killed_between_claim_and_answer_is_unknown_and_never_resent(desk: Desk) -> None:
    """kill -9 while the server thinks: the recipient is reported as unknown, once, and not sent to again."""
    with Postbox(stall=True) as post:
        configure(desk, post.port, ANA, BETO)
        process = desk.start("digest", "--send", at=LATER)
        assert post.reached.wait(30)
        process.send_signal(signal.SIGKILL)
        assert ended(process).code == -signal.SIGKILL
    with Postbox() as back:
        desk.config.write_text(desk.config.read_text().replace(f"port = {post.port}", f"port = {back.port}"))
        told = desk("digest", "--if-due", "--send", "--quiet", at=LATER + timedelta(minutes=1))
        assert told.code == 69
        assert f"unknown   {ANA}" in told.err
        assert back.addresses == [BETO]
        assert desk("digest", "--if-due", "--send", "--quiet", at=LATER + timedelta(hours=1)).code == 0
        assert "1 digest mails unknown" in desk("status", at=LATER).out
        preview = desk("digest", "2026-W46", "--send", "--to", ANA, at=LATER)
        assert preview.code == 0
    assert back.addresses == [BETO, ANA]
    assert outbox(desk) == [(ANA, "sending"), (ANA, "unknown"), (BETO, "sending"), (BETO, "sent")]


def test_an_address_written_twice_gets_one_mail(desk: Desk) -> None:
    """Capitals make no second recipient, in one call or in a later one."""
    with Postbox() as post:
        configure(desk, post.port, ANA, "Ana@Example.org")
        assert desk("digest", "--send", at=LATER).code == 0
        desk.config.write_text(desk.config.read_text().replace(f'["{ANA}", "Ana@Example.org"]', '["ANA@example.org"]'))
        assert desk("digest", "--send", at=LATER).code == 0
    assert len(post.got) == 1


def test_without_recipients_the_schedule_writes_files_only(desk: Desk) -> None:
    """`digest --if-due --send` in a crontab of somebody who configured no mail still leaves a digest."""
    desk.configure("andino")
    publish_bus(desk.web)
    desk("run")
    assert desk("digest", "--if-due", "--send", "--quiet", at=LATER).code == 0
    assert (desk.state / "digests" / "2026-W46.html").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [(["--send"], "[mail] transport is not set"), (["--send", "--to", ANA], "[digest] sender is not set")],
)
def test_mail_that_is_not_configured_is_78(desk: Desk, args: list[str], said: str) -> None:
    """What is missing, in which file, and how to do without."""
    publish_bus(desk.web)
    desk("run")
    done = desk("digest", *args, at=LATER)
    assert done.code == 78
    assert said in done.err
    assert "writes the files only" in done.err
