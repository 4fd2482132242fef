"""Every measure, in the order of the budgets; each takes a Bench and returns its results."""

from collections.abc import Callable

from bench.measures.base import Bench
from bench.measures.cleaning import sanitise
from bench.measures.composer import composer
from bench.measures.delegations import bulk_change, delegations
from bench.measures.files import attachment_down
from bench.measures.folders import nothing_new
from bench.measures.index import first_index, flags_in_index, nothing_new_in_index
from bench.measures.lists import acting, filtered_pages, list_pages, sorted_pages
from bench.measures.load import first_visit, many_sessions, resident
from bench.measures.push import new_mail, open_pages
from bench.measures.reading import open_html, open_newsletter
from bench.measures.search import search_headers
from bench.measures.sending import outbox_rate
from bench.results import Result

Measure = Callable[[Bench], list[Result]]

ALL: tuple[Measure, ...] = (
    open_html,
    open_newsletter,
    sanitise,
    list_pages,
    sorted_pages,
    filtered_pages,
    acting,
    nothing_new,
    first_index,
    nothing_new_in_index,
    flags_in_index,
    attachment_down,
    composer,
    first_visit,
    many_sessions,
    resident,
    open_pages,
    new_mail,
    search_headers,
    outbox_rate,
    delegations,
    bulk_change,
)

__all__ = ["ALL", "Bench", "Measure"]
