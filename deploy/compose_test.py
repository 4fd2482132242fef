"""``make compose-test``: do the containers work, together, on a real engine?

Builds every image, starts them under a throw-away name on free ports, loads the sample academy and
lives a short day in it: one agent writes to another through the site, the other reads it there and
in a mail program; a page that stays open hears of mail from another server; an administrator gets
letters to print; and all find their mail again after every container has been started anew. Whatever
happens, nothing is left but the images (``pli-*:compose-test``), which make the next run quick.

``PLI_BASE_IMAGE``  build everything, the databases too, from this image and Debian packages
``PLI_COMPOSE``     the command: "docker compose" or "docker-compose" (else the one that is there)
"""

import imaplib
import os
import re
import secrets
import smtplib
import socket
import ssl
import sys
import tempfile
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from deploy.docker.open_page import OpenPage
from deploy.docker.plain_browser import Browser, Page, PageError
from deploy.docker.stack import Stack, StackFailed, prepare
from sample.academy import NORMANDIE, SampleAgent

WAIT_SECONDS = 90.0
# Without Dovecot's word a sweep would find new mail too, but only once a minute.
HEARD_SECONDS = 6.0
HEARD_IN_A_ROW = 3
WRITER, READER = NORMANDIE.agent("camille.lefevre"), NORMANDIE.agent("nadia.perrin")
ADMINISTRATOR = NORMANDIE.agent("claire.vatinel")
LETTER_FONT = b"AtkinsonHyperlegibleNext"
IMAP_NAME = "imap.ac-normandie.fr"


def main() -> int:
    try:
        with tempfile.TemporaryDirectory(prefix="pli-compose-") as folder:
            stack = prepare(Path(folder), os.environ.get("PLI_BASE_IMAGE"))
            try_out(stack)
    except StackFailed as error:
        say(f"compose-test: {error}")
        return 1
    say("compose-test: passed")
    return 0


def try_out(stack: Stack) -> None:
    try:
        say("building the images")
        stack.build()
        say("starting")
        stack.start()
        a_short_day(stack)
    except (StackFailed, PageError, OSError, imaplib.IMAP4.error) as error:
        sys.stderr.write(stack.last_lines())
        raise StackFailed(str(error)) from error
    finally:
        say("removing the containers and their volumes")
        stack.remove()


def a_short_day(stack: Stack) -> None:
    wait_until("the site is ready", lambda: is_ready(stack))
    stack.compose("exec", "-T", "web", "python", "manage.py", "load_sample")
    subject = f"Réunion de rentrée {secrets.token_hex(4)}"
    body = f"Le bulletin porte le numéro {secrets.token_hex(8)}."

    writer = signed_in(stack, WRITER)
    send(writer, subject, body)
    reader = signed_in(stack, READER)
    say(f"{WRITER.login} has written to {READER.login}")
    read(reader, subject, body)
    read_in_a_mail_program(stack, subject, body)
    say(f"{READER.login} has read it on the site and in a mail program")
    the_site_has_logged_in_by_token(stack, READER)
    an_open_page_hears_of_new_mail(stack, reader)
    say("an open page heard at once of mail from another server")
    letters_can_be_printed(stack)
    say(f"{ADMINISTRATOR.login} has letters to print")

    say("starting every container anew")
    stack.compose("restart", "--timeout", "20")
    wait_until("the site is ready again", lambda: is_ready(stack))
    reader = signed_in(stack, READER)
    read(reader, subject, body)
    read_in_a_mail_program(stack, subject, body)
    an_open_page_hears_of_new_mail(stack, reader)
    say("the message is still there, open pages hear again; waiting for the health checks")
    stack.wait_until_healthy()


def is_ready(stack: Stack) -> bool:
    """The site reaches its database, Redis, both mail servers and a worker."""
    try:
        Browser(stack.url, stack.authority).visit("/readyz")
    except (PageError, OSError):
        return False
    return True


def signed_in(stack: Stack, agent: SampleAgent) -> Browser:
    browser = Browser(stack.url, stack.authority)
    form = browser.visit("/").form_with("password")
    browser.submit(form, {"login": agent.login, "password": agent.password or ""})
    if any("password" in form.fields for form in browser.page.forms):
        raise PageError(f"{agent.login} could not sign in: {browser.page.text[:500]}")
    return browser


def send(browser: Browser, subject: str, body: str) -> None:
    browser.visit(required(browser.page, "Nouveau message"))
    form = browser.page.form_with("subject")
    to = NORMANDIE.address_of(READER.login)
    browser.submit(form, {"to": to, "subject": subject, "body": body, "action": "send"})
    if any("subject" in form.fields for form in browser.page.forms):
        raise PageError(f"the message was not accepted: {browser.page.text[:500]}")


def read(browser: Browser, subject: str, body: str) -> None:
    def arrived() -> bool:
        return browser.visit("/").link(subject) is not None

    wait_until(f"“{subject}” stands in the list", arrived)
    page = browser.visit(required(browser.page, subject))
    texts = [page.text, *(browser.visit(frame).text for frame in page.frames)]
    if not any(body in text for text in texts):
        raise PageError(f"{page.url} does not show what was written: {page.text[:500]}")


def required(page: Page, words: str) -> str:
    target = page.link(words)
    if target is None:
        raise PageError(f"{page.url} has no link “{words}”: {page.text[:500]}")
    return target


class PublishedImap(imaplib.IMAP4_SSL):
    """Connects to the published port; the certificate must bear the server's public name."""

    def _create_socket(self, timeout: float | None) -> ssl.SSLSocket:
        link = socket.create_connection((self.host, self.port), timeout)
        encrypted: ssl.SSLSocket = self.ssl_context.wrap_socket(link, server_hostname=IMAP_NAME)
        return encrypted


def read_in_a_mail_program(stack: Stack, subject: str, body: str) -> None:
    """By the address and the password, as Thunderbird does. Raises ``PageError``."""
    context = ssl.create_default_context(cafile=str(stack.authority))
    port = stack.ports["IMAPS"]
    with PublishedImap("localhost", port, ssl_context=context, timeout=30) as program:
        program.login(NORMANDIE.address_of(READER.login), READER.password or "")
        program.select("INBOX", readonly=True)
        token = subject.rpartition(" ")[2]
        _, found = program.search(None, "SUBJECT", token)
        for number in found[0].split():
            _, parts = program.fetch(number.decode(), "(BODY.PEEK[TEXT])")
            if any(
                body.rsplit(maxsplit=1)[-1].encode() in part[1]
                for part in parts
                if isinstance(part, tuple)
            ):
                return
    raise PageError(f"“{subject}” is not in the INBOX that a mail program sees")


def the_site_has_logged_in_by_token(stack: Stack, agent: SampleAgent) -> None:
    """Dovecot's own word for it. Raises ``StackFailed``."""
    address = re.escape(NORMANDIE.address_of(agent.login))
    log = stack.compose("logs", "--no-color", "dovecot")
    if not re.search(rf"Login: user=<{address}>, method=OAUTHBEARER", log):
        raise StackFailed(f"Dovecot has seen no token for {agent.login}.")


def an_open_page_hears_of_new_mail(stack: Stack, browser: Browser) -> None:
    """Dovecot → site → worker → Redis → page, each time and at once. Raises ``StackFailed``."""
    browser.visit("/")
    page = OpenPage(browser.listen())
    page.wait_for_silence(2 * HEARD_SECONDS)
    # The first mails may come before Dovecot was asked to tell of this mailbox.
    wait_until("an open page hears of new mail", lambda: hears_of_mail(stack, page))
    for _ in range(HEARD_IN_A_ROW):
        if not hears_of_mail(stack, page):
            raise StackFailed("An open page heard of one mail, but not of the next.")


def hears_of_mail(stack: Stack, page: OpenPage) -> bool:
    deliver_from_outside(stack, f"Circulaire {secrets.token_hex(4)}")
    heard = page.hears(HEARD_SECONDS)
    page.wait_for_silence(1)
    return heard


def deliver_from_outside(stack: Stack, subject: str) -> None:
    """Over port 25, as another server does. Raises ``OSError`` when it is refused."""
    mail = EmailMessage()
    mail["From"] = "Ministère <circulaires@example.org>"
    mail["To"] = NORMANDIE.address_of(READER.login)
    mail["Subject"] = subject
    mail.set_content("Pour information.")
    with smtplib.SMTP("localhost", stack.ports["SMTP"], "mx.example.org", timeout=30) as link:
        link.send_message(mail)


def letters_can_be_printed(stack: Stack) -> None:
    """For those of the sample who have no account yet; a worker makes the PDF file, and who takes it
    says again who they are. Raises ``PageError``."""
    browser = signed_in(stack, ADMINISTRATOR)
    browser.visit("/gestion/courriers/")
    batch = browser.submit(browser.page.form_leading_to("/preparer/"), {}).url

    def is_made() -> bool:
        return browser.visit(batch).link("Télécharger") is not None

    wait_until("the letters are made", is_made)
    browser.visit(required(browser.page, "Télécharger"))
    browser.submit(browser.page.form_with("password"), {"password": ADMINISTRATOR.password or ""})
    pdf = browser.download(browser.page.form_leading_to("/fichiers/1/"))
    if not pdf.startswith(b"%PDF-") or LETTER_FONT not in pdf:
        raise PageError(f"{browser.page.url} gives no PDF in the site's font: {pdf[:60]!r}…")


def wait_until(what: str, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise StackFailed(f"after {WAIT_SECONDS:.0f} s it is not so that {what}")
        time.sleep(1)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
