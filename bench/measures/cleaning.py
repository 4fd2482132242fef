"""Making HTML safe: an ordinary newsletter, and what was written to wear the cleaner out."""

import nh3

from bench.measures.base import Bench
from bench.measures.reading import newsletter
from bench.results import Result
from bench.timing import timed
from webmail.readable.safe_html import clean

MEGABYTE = 1 << 20
# Each five megabytes: elements inside each other, attributes, styles, tags that never end.
HOSTILE = {
    "nested": "<div>" * MEGABYTE,
    "attributes": "<p " + "a=1 " * (5 * MEGABYTE // 4) + ">",
    "styles": "<p style='color:red;background:url(//a.example/x)'>a</p>" * (5 * MEGABYTE // 56),
    "links": "<a href='http://a.example/'>http://b.example/</a>" * (5 * MEGABYTE // 49),
    "open tags": "<b <i " * (5 * MEGABYTE // 6),
}


def sanitise(bench: Bench) -> list[Result]:
    html = newsletter(150)
    both, floor = timed(lambda: clean(html), bench.runs), timed(lambda: nh3.clean(html), bench.runs)
    ordinary = Result(
        "sanitise a 150 kB newsletter (CPU)", both.cpu, "ms", 25, floor.cpu, "nh3 alone"
    )
    return [ordinary, *(_hostile(kind, html) for kind, html in HOSTILE.items())]


def _hostile(kind: str, html: str) -> Result:
    taken = timed(lambda: clean(html), runs=3, warm_up=0)
    return Result(f"sanitise 5 MB of hostile HTML: {kind} (CPU)", taken.cpu, "ms", 1000)
