"""Every measure, in the order of the budgets; each takes a Bench and returns its results."""

from collections.abc import Callable

from bench.measures.base import Bench
from bench.measures.delegations import delegations
from bench.measures.files import attachment_down
from bench.measures.folders import nothing_new
from bench.measures.index import first_index, flags_in_index, nothing_new_in_index
from bench.measures.lists import acting, list_pages
from bench.measures.load import first_visit, many_sessions
from bench.measures.push import open_pages
from bench.measures.reading import open_html, open_newsletter
from bench.measures.search import search_headers
from bench.results import Result

Measure = Callable[[Bench], list[Result]]

ALL: tuple[Measure, ...] = (
    open_html,
    open_newsletter,
    list_pages,
    acting,
    nothing_new,
    first_index,
    nothing_new_in_index,
    flags_in_index,
    attachment_down,
    first_visit,
    many_sessions,
    open_pages,
    search_headers,
    delegations,
)

__all__ = ["ALL", "Bench", "Measure"]
