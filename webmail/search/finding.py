"""Query → conditions on the messages of the index. One text index answers for the words, in both databases."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from webmail.message.words import KINDS, RECIPIENT, SENDER, SUBJECT, token, words_of
from webmail.models import Folder, IndexedMessage, Label
from webmail.models.states import KEYWORDS
from webmail.search.query import Field, Held, Holder, Mark, Named, Query, Text
from webmail.team import assigning

KINDS_OF = {
    Field.ANY: KINDS,
    Field.SUBJECT: (SUBJECT,),
    Field.FROM: (SENDER,),
    Field.TO: (RECIPIENT,),
}
MARKS = {
    Mark.ATTACHMENT: Q(has_attachments=True),
    Mark.STARRED: Q(flagged=True),
    Mark.UNREAD: Q(seen=False),
    Mark.READ: Q(seen=True),
    Mark.EXTERNAL: Q(is_external=True),
    Mark.ANSWERED: Q(answered=True),
}
# Left out of a search in the whole mailbox, unless it names them.
PUT_AWAY = (Folder.Use.TRASH, Folder.Use.JUNK)


def found(
    mailbox_id: int, query: Query, reader: int = 0, *, one_by_one: bool = False
) -> QuerySet[IndexedMessage]:
    """The messages of the mailbox that the query describes, in whatever folder, in no order.

    `reader` is who asks: "attribue:moi". `one_by_one`: by looking at each message, not by the text
    index; for a few thousand of them.
    """
    messages = IndexedMessage.objects.filter(mailbox_id=mailbox_id)
    wanted = [text for text in query.texts if not text.excluded]
    if one_by_one:
        for text in wanted:
            messages = messages.filter(_holds(mailbox_id, text))
    elif wanted:
        messages = _with_words(messages, mailbox_id, wanted)
    for condition in (*_conditions(mailbox_id, query), *_of_team(mailbox_id, query, reader)):
        messages = messages.filter(condition)
    return messages


def everywhere(
    mailbox_id: int,
    query: Query,
    reader: int = 0,
    *,
    one_by_one: bool = False,
    away: Collection[int] | None = None,
) -> QuerySet[IndexedMessage]:
    """The same, without what was thrown away, unless the query names folders.

    `away` are the folders of what was thrown away, for who knows them.
    """
    messages = found(mailbox_id, query, reader, one_by_one=one_by_one)
    if any(not folder.excluded for folder in query.folders):
        return messages
    if away is None:
        put_away = Folder.objects.filter(mailbox_id=mailbox_id, special_use__in=PUT_AWAY)
        away = list(put_away.values_list("pk", flat=True))
    return messages.exclude(folder_id__in=away)


def _with_words(
    messages: QuerySet[IndexedMessage], mailbox_id: int, wanted: Sequence[Text]
) -> QuerySet[IndexedMessage]:
    if connection.vendor == "postgresql":
        # The second condition is the index's own: without it PostgreSQL would not use it.
        expression = (
            "(array_to_tsvector(string_to_array(words, ' ')) @@ %s::tsquery AND words <> '')"
        )
        asked = " & ".join(
            _alternatives(mailbox_id, text, "'{}':*", "'{}'", " & ", " | ") for text in wanted
        )
    else:
        expression = (
            "(folder_id, uid) IN (SELECT rowid >> 32, rowid & 4294967295"
            " FROM webmail_messagewords WHERE webmail_messagewords MATCH %s)"
        )
        asked = " AND ".join(
            _alternatives(mailbox_id, text, '"{}"*', '"{}"', " AND ", " OR ") for text in wanted
        )
    return messages.extra(where=[expression], params=[asked])  # noqa: S610  (parameters)


def _alternatives(
    mailbox_id: int, text: Text, begins: str, is_word: str, both: str, either: str
) -> str:
    """All words of `text` in one of its fields, in the database's own language; words hold no signs."""
    form = is_word if text.whole else begins
    ways = []
    for kind in KINDS_OF[text.field]:
        tokens = (token(mailbox_id, kind, word) for word in text.words)
        ways.append("(" + both.join(form.format(it) for it in tokens) + ")")
    return "(" + either.join(ways) + ")"


def _conditions(mailbox_id: int, query: Query) -> Iterator[Q]:
    for text in query.texts:
        if text.excluded:
            yield ~_holds(mailbox_id, text)
        elif len(text.words) > 1:
            yield _holds(mailbox_id, text)  # one behind the other
    for marked in query.marks:
        yield ~MARKS[marked.mark] if marked.excluded else MARKS[marked.mark]
    for span in query.spans:
        within = Q()
        if span.first:
            within &= Q(received_at__gte=_start(span.first))
        if span.end:
            within &= Q(received_at__lt=_start(span.end))
        yield ~within if span.excluded else within
    for named in query.labels:
        yield _labelled(mailbox_id, named)
    for named in query.folders:
        yield _in_folder(mailbox_id, named)


def _of_team(mailbox_id: int, query: Query, reader: int) -> Iterator[Q]:
    for stated in query.states:
        bears = Q(keywords__contains=f" {KEYWORDS[stated.state]} ")
        yield ~bears if stated.excluded else bears
    for held in query.holders:
        given = _held(mailbox_id, held, reader)
        yield ~given if held.excluded else given


def _held(mailbox_id: int, held: Held, reader: int) -> Q:
    if held.holder is Holder.NOBODY:
        return assigning.given_to_nobody(mailbox_id)
    if held.holder is Holder.ME:
        return assigning.given_to(mailbox_id, reader)
    meant = [it.pk for it in assigning.holders(mailbox_id) if _is_named(it.get_full_name(), held)]
    given = Q(conversation__in=[])
    for person in meant:
        given |= assigning.given_to(mailbox_id, person)
    return given


def _is_named(name: str, held: Held) -> bool:
    """Each word that was typed begins a word of the name."""
    words = words_of(name)
    return all(any(word.startswith(typed) for word in words) for typed in held.words)


def _holds(mailbox_id: int, text: Text) -> Q:
    """By the text of the tokens itself: for few messages, or for what is left out."""
    ways = Q()
    for kind in KINDS_OF[text.field]:
        phrase = " ".join(token(mailbox_id, kind, word) for word in text.words)
        if text.whole:
            ways |= Q(words__endswith=f" {phrase}") | Q(words=phrase)
            phrase += " "
        ways |= Q(words__startswith=phrase) | Q(words__contains=f" {phrase}")
    return ways


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(settings.TIME_ZONE))


def _labelled(mailbox_id: int, named: Named) -> Q:
    """Labels whose name begins so; none of them: nothing has it."""
    known = Label.objects.filter(mailbox_id=mailbox_id).values_list("name", "keyword")
    keywords = [keyword for name, keyword in known if _begins(name, named)]
    bears = Q(uid__in=[])
    for keyword in keywords:
        bears |= Q(keywords__icontains=f" {keyword} ")
    return ~bears if named.excluded else bears


def _in_folder(mailbox_id: int, named: Named) -> Q:
    """By the name shown, by that on the server, or by its use: "dans:corbeille", "in:trash"."""
    folders = Folder.objects.filter(mailbox_id=mailbox_id)
    numbers = [
        it.pk
        for it in folders
        if any(_begins(name, named) for name in (it.label, it.name, it.special_use))
    ]
    inside = Q(folder_id__in=numbers)
    return ~inside if named.excluded else inside


def _begins(name: str, named: Named) -> bool:
    words = words_of(name)
    return " ".join(words).startswith(" ".join(named.words))
