"""What mail servers and absent people answer by themselves: delivery reports, absence messages."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sample.letters import Attachment, Letter, Person
from sample.school_time import Clock

DAEMON = Person("Mail Delivery System", "MAILER-DAEMON@mx.ac-normandie.fr")

# (days ago, hour, address written to, status, the far server's words)
FAILURES = (
    (6, 10, "karine.mercer@courriel-libre.example", "5.1.1",
     "550 5.1.1 <karine.mercer@courriel-libre.example>: Recipient address rejected: User unknown"),
    (41, 15, "contact@ancien-fournisseur.example", "5.4.4",
     "Host or domain name not found. Name service error for name=ancien-fournisseur.example"),
    (88, 9, "nadege.tran@boite-postale.example", "5.2.2", "552 5.2.2 Mailbox full"),
)  # fmt: skip


def failed_deliveries(clock: Clock, writer: Person) -> Iterator[Letter]:
    """For each failure the letter that was sent, and the report that came back (RFC 3464, 6522)."""
    for number, (days, hour, address, status, words) in enumerate(FAILURES):
        sent_at = clock.ago(f"{days}d {hour}:12")
        letter = Letter(
            key=f"sans-reponse.{number}",
            sender=writer,
            to=(Person("", address),),
            subject="Pièces manquantes au dossier d’inscription",
            text="Bonjour,\n\nIl manque un justificatif. Merci de nous le transmettre.\n",
            sent_at=sent_at,
        )
        yield letter
        yield _report(letter, address, status, words, sent_at + timedelta(seconds=4))


def _report(letter: Letter, address: str, status: str, words: str, moment: datetime) -> Letter:
    delivery_status = (
        f"Reporting-MTA: dns; mx.ac-normandie.fr\r\n\r\nFinal-Recipient: rfc822; {address}\r\n"
        f"Action: failed\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {words}\r\n"
    )
    original = (
        f"From: {letter.sender.address}\r\nTo: {address}\r\nSubject: dossier d'inscription\r\n"
        f"Message-ID: {letter.message_id}\r\n"
    )
    return Letter(
        key=f"{letter.key}.rapport",
        sender=DAEMON,
        to=(letter.sender,),
        subject="Undelivered Mail Returned to Sender",
        text="This is the mail system at host mx.ac-normandie.fr.\n\n"
        f"Your message could not be delivered.\n\n<{address}>: {words}\n",
        sent_at=moment,
        envelope_sender="",
        report_parts=(
            Attachment("", "message/delivery-status", delivery_status.encode()),
            Attachment("", "text/rfc822-headers", original.encode()),
        ),
        headers=(("Auto-Submitted", "auto-replied"), ("X-Original-Message-ID", letter.message_id)),
    )


def absence_message(letter: Letter, absent: Person, words: str) -> Letter:
    """What the absent person's mailbox answers to a letter (RFC 3834)."""
    return Letter(
        key=f"{letter.key}.absence",
        sender=absent,
        to=(letter.sender,),
        subject=f"Absence : {letter.subject}".replace(" :", "\u00a0:"),
        text=f"{words}\n",
        sent_at=letter.sent_at + timedelta(seconds=3),
        answers=letter,
        envelope_sender="",
        headers=(("Auto-Submitted", "auto-replied (vacation)"), ("Precedence", "junk")),
    )


def absences(clock: Clock, writer: Person, others: tuple[Person, ...]) -> Iterator[Letter]:
    """A few letters of the writer that met an absence message."""
    for number, absent in enumerate(others):
        letter = Letter(
            key=f"question.{number}",
            sender=writer,
            to=(absent,),
            subject="Effectifs prévisionnels",
            text="Bonjour,\n\nPeux-tu m’envoyer les effectifs prévisionnels ?\n",
            sent_at=clock.ago(f"{23 + 17 * number}d 11:0{number}"),
        )
        yield letter
        yield absence_message(
            letter,
            absent,
            "Bonjour, je suis en formation jusqu’à lundi. En cas d’urgence, appelez l’accueil.",
        )
