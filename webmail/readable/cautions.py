"""What a reader should be told about a message before trusting it, and what kind of message it is.

Each flag is a fact; how it is said, and whether it is said at all, is the page's choice. No crying
wolf: a flag that
is raised for ordinary mail is read by nobody.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ada_url import idna_to_ascii

from webmail.formats import invitations
from webmail.html.look_alikes import imitates, is_own, registrable
from webmail.message.readable import ReadableMessage
from webmail.syntax.addresses import Address

# Addresses in a display name, also with spaces around the @, which mail programs show as they come.
WRITTEN_ADDRESS = re.compile(
    r"([^\s@<>()\[\]\"',;:]{1,64})\s?@\s?((?:[^\s@<>()\[\]\"',;:.]{1,63}\.)+[^\W\d_]{2,24})"
)
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
VERDICT = re.compile(r"(?:^|;)\s*(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
FAILURES = frozenset({"fail", "softfail"})


@dataclass(frozen=True)
class Flags:
    """Facts about one message; structure only for `signed` and `encrypted`."""

    external: bool = False
    spoofed_name: bool = False
    lookalike_domain: bool = False
    reply_to_differs: bool = False
    authentication_failed: bool = False
    is_bounce: bool = False
    is_mdn: bool = False
    is_arf: bool = False
    has_invite: bool = False
    invite_method: str = ""
    is_list: bool = False
    one_click_unsubscribe: bool = False
    auto_submitted: bool = False
    signed: bool = False
    encrypted: bool = False
    dangerous_attachment: bool = False
    receipt_requested: bool = False


def flags(
    message: ReadableMessage,
    own_domains: Collection[str],
    authentication_servers: Collection[str] = (),
) -> Flags:
    """The flags of a message for a reader at `own_domains`, whose subdomains count as own.

    Only Authentication-Results written by `authentication_servers` are believed (RFC 8601, 5):
    anyone can write one.
    """
    own = [domain.lower().strip(".") for domain in own_domains]
    return Flags(
        external=not message.from_
        or any(not is_own(sender.domain, own) for sender in message.from_),
        spoofed_name=any(_shows_foreign_address(sender, own) for sender in message.from_),
        lookalike_domain=any(_imitates_own(sender, own) for sender in message.from_),
        reply_to_differs=_replies_go_elsewhere(message, own),
        authentication_failed=_has_failed(message.authentication_results, authentication_servers),
        is_bounce=bool(message.reports.failures),
        is_mdn=bool(message.reports.receipts),
        is_arf=bool(message.reports.complaints),
        has_invite=bool(message.invitations),
        invite_method=invitations.first_method(message.invitations),
        is_list=bool(message.list_id),
        one_click_unsubscribe=message.unsubscribe.is_one_click,
        auto_submitted=bool(message.auto_submitted),
        signed=bool(message.signed),
        encrypted=bool(message.encrypted),
        dangerous_attachment=any(attachment.is_dangerous for attachment in message.attachments),
        receipt_requested=bool(message.receipt_to),
    )


def _shows_foreign_address(sender: Address, own: Collection[str]) -> bool:
    """The name shows an own address that is not the sender's: programs that hide addresses show
    only that.
    """
    return any(
        is_own(domain, own) and not _is_same_mailbox(sender, local, domain, own)
        for local, domain in _written_addresses(sender.name)
    )


def _written_addresses(name: str) -> Iterator[tuple[str, str]]:
    plain = unicodedata.normalize("NFKC", INVISIBLE.sub("", name)).lower()
    yield from WRITTEN_ADDRESS.findall(plain)


def _is_same_mailbox(sender: Address, local: str, domain: str, own: Collection[str]) -> bool:
    """One person has one local part, under the present domain and under the historic ones."""
    written = sender.address.rpartition("@")[0].lower()
    return written == local and (sender.domain == domain or is_own(sender.domain, own))


def _imitates_own(sender: Address, own: Collection[str]) -> bool:
    host = _ascii_host(sender.domain)
    return bool(host) and imitates(host, own)


def _replies_go_elsewhere(message: ReadableMessage, own: Collection[str]) -> bool:
    senders = {_organisation(sender.domain, own) for sender in message.from_ if sender.domain}
    replies = {_organisation(reply.domain, own) for reply in message.reply_to if reply.domain}
    return bool(senders) and not replies <= senders


def _organisation(domain: str, own: Collection[str]) -> str:
    """What one owner holds: the own domains are one, and so are example.org and its subdomains."""
    return "" if is_own(domain, own) else registrable(_ascii_host(domain) or domain)


def _ascii_host(domain: str) -> str:
    try:
        host: bytes = idna_to_ascii(domain)
        return host.decode("ascii").lower()
    except (ValueError, TypeError):
        return ""


def _has_failed(results: Collection[str], servers: Collection[str]) -> bool:
    """DMARC decides where it is given; without it, SPF and DKIM must both fail, as forwarding
    breaks either.
    """
    trusted = [
        result for result in results if result.split(";")[0].split(" ")[0].lower() in servers
    ]
    found = [verdict for result in trusted for verdict in VERDICT.findall(result.lower())]
    failed = {method for method, verdict in found if verdict in FAILURES}
    failed -= {method for method, verdict in found if verdict == "pass"}
    if any(method == "dmarc" for method, _ in found):
        return "dmarc" in failed
    return {"spf", "dkim"} <= failed
