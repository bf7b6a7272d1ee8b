"""Mail: TLS that is verified, refusals that are told, threads per incident, and HTML that is inert."""

from email import message_from_bytes
from pathlib import Path

import msgspec
import pytest
from aiosmtplib.email import flatten_message

from alerts.channels.mail import MailChannel, SmtpServer
from alerts.channels.protocol import Receipt, Rejected, Retryable
from alerts.links import Links, Purpose
from alerts.render.mail import Envelope, message, message_id
from alerts.render.reasons import english
from models.clock import ManualClock
from tests import samples
from tests.contracts.fake_smtp import FakeSmtp, Script, Tls
from tests.contracts.test_channels import mail_channel
from tests.unit.alerts.outbox_desk import Desk, told_to


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_a_trusted_certificate_lets_mail_through(tls: Tls, tmp_path: Path) -> None:
    """With the authority's file, mail goes out encrypted, by STARTTLS and by implicit TLS."""
    async with FakeSmtp(tls) as smtp:
        await mail_channel(smtp, ca_file=smtp.ca_file(tmp_path)).send(samples.spike_alert(), None)
        assert smtp.recipients == [["camille@lumiere.example", "lead@lumiere.example"]]


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_an_untrusted_certificate_is_refused(tls: Tls) -> None:
    """TLS is always verified; the message names the remedy."""
    async with FakeSmtp(tls) as smtp:
        with pytest.raises(Rejected, match=r"not trusted.*ca_file"):
            await mail_channel(smtp).send(samples.spike_alert(), None)
        assert smtp.mails == []


async def test_a_certificate_for_another_host_is_refused(tmp_path: Path) -> None:
    """The right authority is not enough: the name must match too."""
    async with FakeSmtp("starttls") as smtp:
        with pytest.raises(Rejected, match="not trusted"):
            await mail_channel(smtp, ca_file=smtp.ca_file(tmp_path), host="127.0.0.1").send(samples.spike_alert(), None)


async def test_a_server_without_starttls_gets_no_mail_in_the_clear() -> None:
    """`tls = starttls` is a demand, not a wish: a server that lacks it is refused."""
    async with FakeSmtp("none") as smtp:
        with pytest.raises(Rejected, match="`tls`"):
            await mail_channel(smtp, tls="starttls").send(samples.spike_alert(), None)
        assert smtp.mails == []


async def test_a_missing_ca_file_is_the_user_s_mistake() -> None:
    """It is Rejected with the key's name, not an exception."""
    async with FakeSmtp("starttls") as smtp:
        with pytest.raises(Rejected, match="ca_file"):
            await mail_channel(smtp, ca_file="/nowhere/ca.pem").send(samples.spike_alert(), None)


@pytest.mark.parametrize("domain", ["acme.example", f"{'alerts.' * 12}acme.example"])
def test_what_programs_read_is_never_encoded(domain: str) -> None:
    """Ids and addresses in headers stay as they are, however long: no mail program decodes them (RFC 2047, 5)."""
    alert = samples.spike_alert()
    links = Links("a secret of some length", "https://bell.customer-relations.acme.example").of(alert, "person:lea")
    assert links is not None
    thread = [message_id(each, f"bell@{domain}") for each in ("a" * 32, "b" * 32)]
    envelope = Envelope(f"bell@{domain}", ["lea@acme.example"], samples.NOW, thread=thread, links=links)
    raw = flatten_message(message(alert, samples.FR, envelope, None))
    read = message_from_bytes(raw)  # which decodes nothing
    assert read["List-Unsubscribe"].split() == [f"<{links.mute}>"]
    assert read["In-Reply-To"].split() == thread[1:]
    assert read["References"].split()[1:] == thread
    assert max(map(len, raw.splitlines())) <= 998


@pytest.mark.parametrize("to", ["Zoé <zoé@acme.example>", "zoe@acme@example", "zoe@"])
async def test_an_address_that_no_mail_can_have_is_the_user_s_mistake(to: str) -> None:
    """It is Rejected with the key's name, and not as an error of ours."""
    async with FakeSmtp("none") as smtp:
        server = SmtpServer("localhost", smtp.port, tls="none")
        clock = ManualClock(samples.NOW)
        channel = MailChannel(
            "mail", server, sender="bell@acme.example", to=[to], contexts=lambda _: samples.FR, clock=clock
        )
        with pytest.raises(Rejected, match="`to`"):
            await channel.send(samples.spike_alert(), None)
        assert smtp.mails == []


@pytest.mark.parametrize("password", ["right", "hunter2"])
async def test_a_wrong_password_is_told_without_showing_it(password: str, tmp_path: Path) -> None:
    """The right one works; the wrong one is Rejected with a remedy, and does not appear anywhere."""
    async with FakeSmtp("starttls", login=("camille", "right")) as smtp:
        channel = mail_channel(smtp, ca_file=smtp.ca_file(tmp_path), user="camille", password=password)
        assert password not in repr(channel)
        if password == "right":
            await channel.send(samples.spike_alert(), None)
            assert len(smtp.mails) == 1
        else:
            with pytest.raises(Rejected, match="app password") as caught:
                await channel.send(samples.spike_alert(), None)
            assert password not in str(caught.value)


async def test_one_refused_recipient_is_told_and_the_others_have_the_mail() -> None:
    """A partial refusal is a success with a note: sending again would call the others twice."""
    async with FakeSmtp() as smtp:
        smtp.script = Script(rcpt={"lead@lumiere.example": "550 no such user"})
        receipt = await mail_channel(smtp).send(samples.spike_alert(), None)
        assert smtp.recipients == [["camille@lumiere.example"]]
        assert english(receipt.reasons) == "not accepted for lead@lumiere.example: 550 no such user"


@pytest.mark.parametrize(("code", "failure"), [("450 full", Retryable), ("550 nobody", Rejected)])
async def test_all_recipients_refused(code: str, failure: type[Exception]) -> None:
    """For now: later. For good: rejected, with the addresses."""
    async with FakeSmtp() as smtp:
        smtp.script = Script(replies={"RCPT": code})
        with pytest.raises(failure, match=r"camille@lumiere\.example"):
            await mail_channel(smtp).send(samples.spike_alert(), None)


async def test_mails_of_one_incident_are_threaded() -> None:
    """References go from the incident to the last mail; what is sent again has the same Message-ID."""
    async with FakeSmtp() as smtp:
        channel = mail_channel(smtp)
        first = await channel.send(samples.spike_alert(), None)
        second = await channel.send(samples.resolved(), first)
        again = await channel.send(samples.spike_alert(), None)
        ids = [m["Message-ID"] for m in smtp.mails]
        assert ids[0] == ids[2] != ids[1]
        incident = f"<{samples.spike_alert().incident.id}@lumiere.example>"
        assert [m["References"] for m in smtp.mails] == [incident, f"{incident} {ids[0]}", incident]
        assert [m["In-Reply-To"] for m in smtp.mails] == [incident, ids[0], incident]
        assert isinstance(second, Receipt)
        assert (second.root, again.reference) == (first.root, first.reference)


async def test_people_get_text_html_and_the_chart() -> None:
    """multipart/alternative of text and related HTML with its picture, whose Content-ID the HTML names."""
    async with FakeSmtp() as smtp:
        await mail_channel(smtp).send(samples.spike_alert(), None)
        (mail,) = smtp.mails
        kinds = [part.get_content_type() for part in mail.walk()]
        assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
        picture = list(mail.walk())[-1]
        html = list(mail.walk())[3].get_content()
        assert f'src="cid:{picture["Content-ID"][1:-1]}"' in html
        assert mail["Subject"] == "[P1 · agir maintenant] Maison Lumière\u00a0: les mentions négatives s’envolent"


# ── what the reader can do from the mail ──────────────────────────────────────────────────────────────────────


def linked(smtp: FakeSmtp, *to: str, public_url: str = "https://bell.example") -> MailChannel:
    links = Links("a link secret of good length", public_url)
    return MailChannel(
        "care:lea",
        SmtpServer("localhost", smtp.port, "none"),
        sender="Tocsin <bell@lumiere.example>",
        to=to or ("lea@lumiere.example",),
        contexts=lambda _: samples.FR,
        clock=ManualClock(samples.NOW),
        links=links,
    )


async def test_a_mail_to_one_person_carries_their_links() -> None:
    """List-Unsubscribe by one click, and both links in text and HTML; they are signed for the recipient."""
    sample = msgspec.structs.replace(samples.spike_alert(), recipient="person:lea")
    async with FakeSmtp() as smtp:
        await linked(smtp).send(sample, None)
        (mail,) = smtp.mails
    mute = mail["List-Unsubscribe"][1:-1]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    _, text, _, html, _ = mail.walk()
    assert f"Ne plus rien recevoir sur cet incident\u00a0: {mute}" in text.get_content()
    assert f'href="{mute}"' in html.get_content()
    assert "Je m’en charge" in html.get_content()
    token = mute.rpartition("/")[2]
    claim = Links("a link secret of good length", "").read(token, Purpose.MUTE, samples.NOW)
    assert claim is not None
    assert (claim.recipient, claim.incident) == ("person:lea", sample.incident.id)


async def test_a_mail_to_many_cannot_be_muted_by_one() -> None:
    """With several readers there is no mute link, which would silence the others; one may still take charge."""
    async with FakeSmtp() as smtp:
        await linked(smtp, "lea@lumiere.example", "tom@lumiere.example").send(samples.spike_alert(), None)
        (mail,) = smtp.mails
    assert mail["List-Unsubscribe"] is None
    assert "/mute/" not in mail.as_string()
    assert "https://bell.example/ack/" in list(mail.walk())[1].get_content()


async def test_a_mail_to_a_mailbox_of_several_cannot_be_muted_by_one() -> None:
    """Léa and Tom share an address: a link would mute nobody, or him by her click; one may still take charge."""
    async with FakeSmtp() as smtp:
        box = linked(smtp)
        await Desk(box).feed(told_to("person:lea", 1, "care:lea"), told_to("person:tom", 1, "care:lea"))
        await Desk(box).feed(told_to("person:lea", 1, "care:lea"))
        shared, own = smtp.mails
    assert shared["List-Unsubscribe"] is None
    assert "/mute/" not in shared.as_string()
    assert "https://bell.example/ack/" in list(shared.walk())[1].get_content()
    assert own["List-Unsubscribe"] is not None


async def test_without_https_there_is_no_one_click() -> None:
    """RFC 8058 asks for https; the visible link works all the same."""
    async with FakeSmtp() as smtp:
        await linked(smtp, public_url="http://bell.example").send(samples.spike_alert(), None)
        (mail,) = smtp.mails
    assert mail["List-Unsubscribe-Post"] is None
    assert mail["List-Unsubscribe"].startswith("<http://bell.example/mute/")


async def test_a_mail_that_asks_for_nothing_offers_nothing_to_take_charge_of() -> None:
    """When it is over, only muting is left."""
    async with FakeSmtp() as smtp:
        await linked(smtp).send(samples.resolved(), None)
        (mail,) = smtp.mails
    assert "/ack/" not in mail.as_string()
    assert mail["List-Unsubscribe"] is not None


async def test_two_people_s_mails_of_one_notification_are_two_mails() -> None:
    """Their Message-IDs differ, since a shared mail store drops the second of two with the same; the thread is one."""
    async with FakeSmtp() as smtp:
        for who in ("lea@lumiere.example", "tom@lumiere.example"):
            await linked(smtp, who).send(samples.spike_alert(), None)
        assert len({m["Message-ID"] for m in smtp.mails}) == 2
        assert len({m["References"] for m in smtp.mails}) == 1
