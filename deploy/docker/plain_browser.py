"""A browser of a few lines, for the containers' test: it keeps cookies, follows links, fills forms.

It sees what a person without JavaScript sees. Standard library only.
"""

import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from pathlib import Path
from typing import cast
from urllib.parse import urlencode, urljoin

SECONDS = 30


class PageError(Exception):
    """A page is not what a person would expect; the text says where and why."""


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass
class Link:
    target: str
    text: str = ""


class _Reader(HTMLParser):
    """Collects the words, the links and the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[Link] = []
        self.frames: list[str] = []
        self.events = ""
        self.forms: list[Form] = []
        self.inside: list[str] = []
        self.choice = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "disabled" in given:
            given.pop("name", None)  # shown, and not sent
        self.events = given.get("data-live-events", self.events)
        match tag:
            case "a":
                self.links.append(Link(given.get("href", "")))
                self.inside.append(tag)
            case "iframe":
                self.frames.append(given.get("src", ""))
            case "form":
                self.forms.append(Form(given.get("action", "")))
            case "textarea" | "select":
                self.inside.append(tag)
                self.choice = given.get("name", "")
                self._keep(self.choice, "")
            case "option" if "selected" in given or not self._kept(self.choice):
                self._keep(self.choice, given.get("value", ""))
            case "input" if given.get("type") in {"checkbox", "radio"}:
                if "checked" in given:
                    self._keep(given.get("name", ""), given.get("value", "on"))
            case "input" if given.get("type") not in {"file", "submit"}:
                self._keep(given.get("name", ""), given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        match self.inside[-1:]:
            case ["a"]:
                self.links[-1].text += data
            case ["textarea"]:
                self._keep(self.choice, self._kept(self.choice) + data)

    def _keep(self, name: str, value: str) -> None:
        if name and self.forms:
            self.forms[-1].fields[name] = value

    def _kept(self, name: str) -> str:
        return self.forms[-1].fields.get(name, "") if self.forms else ""


@dataclass(frozen=True)
class Page:
    url: str
    text: str
    links: list[Link]
    frames: list[str]
    forms: list[Form]
    events: str = ""  # where the page listens for news

    def link(self, words: str) -> str | None:
        """Where the first link with these words leads."""
        targets = (link.target for link in self.links if words in " ".join(link.text.split()))
        return next(targets, None)

    def form_with(self, name: str) -> Form:
        """The form that has a field of this name. Raises ``PageError``."""
        for form in self.forms:
            if name in form.fields:
                return form
        raise PageError(f"{self.url} has no form with a field {name}: {self.text[:500]}")

    def form_leading_to(self, end: str) -> Form:
        """The form whose action ends so. Raises ``PageError``."""
        for form in self.forms:
            if form.action.endswith(end):
                return form
        raise PageError(f"{self.url} has no form that leads to {end}: {self.text[:500]}")


class Browser:
    """One person's browser on the site at ``base``, whose certificate ``authority`` signed."""

    def __init__(self, base: str, authority: Path) -> None:
        context = ssl.create_default_context(cafile=str(authority))
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(CookieJar()),
        )
        self.page = Page(base, "", [], [], [])

    def visit(self, target: str) -> Page:
        """Open a page. Raises ``PageError`` when the site refuses and ``OSError`` when it is away."""
        return self._opened(urllib.request.Request(urljoin(self.page.url, target)))  # noqa: S310

    def submit(self, form: Form, values: dict[str, str]) -> Page:
        return self._opened(self._filled(form, values))

    def download(self, form: Form) -> bytes:
        """What this form answers with, when that is a file. Raises as ``visit``."""
        with self._answer(self._filled(form, {})) as answer:
            return answer.read()

    def listen(self) -> HTTPResponse:
        """The events that the page hears while it is open. Raises as ``visit``."""
        request = urllib.request.Request(urljoin(self.page.url, self.page.events))  # noqa: S310
        return self._answer(request)

    def _filled(self, form: Form, values: dict[str, str]) -> urllib.request.Request:
        return urllib.request.Request(  # noqa: S310  (https, to the stack under test)
            urljoin(self.page.url, form.action),
            data=urlencode(form.fields | values).encode(),
            headers={"Referer": self.page.url},
        )

    def _opened(self, request: urllib.request.Request) -> Page:
        with self._answer(request) as answer:
            url, text = answer.url, answer.read().decode()
        reader = _Reader()
        reader.feed(text)
        words = " ".join(" ".join(reader.words).split())
        self.page = Page(url, words, reader.links, reader.frames, reader.forms, reader.events)
        return self.page

    def _answer(self, request: urllib.request.Request) -> HTTPResponse:
        try:
            return cast("HTTPResponse", self.opener.open(request, timeout=SECONDS))
        except urllib.error.HTTPError as error:
            raise PageError(f"{request.full_url}: {error.code}") from error
