"""Cleaning a mail: what stays as its maker meant it, what is told about it, and how much it may cost."""

import time

import pytest

from webmail.readable.safe_html import SafeHtml, clean

OWN = ["univ-lac.example"]
OURS = {"logo@mail": "/pictures/1", "a b@mail": "/pictures/2", "images/photo.png": "/pictures/3"}


def proxied(url: str) -> str:
    return f"/proxy/?url={len(url)}&key=abc"


def body_of(safe: SafeHtml) -> str:
    """What stands in the box of the mail's body."""
    return (
        safe.html.partition('class="pli-body"')[2]
        .removesuffix("</section></div>")
        .partition(">")[2]
    )


@pytest.mark.parametrize(
    "markup",
    [
        '<table width="600" bgcolor="#ffffff" align="center" cellpadding="0"><tbody><tr>'
        '<td valign="top" style="padding:10px 20px;color:#333">a</td></tr></tbody></table>',
        '<font color="red" face="Arial" size="5">a</font>',
        '<h2 style="margin:0;font-family:Georgia,serif;line-height:125%">a</h2>',
        '<p style="background-color:#eee;border:1px solid #ccc;border-radius:4px">a</p>',
        '<ol start="3" type="a"><li value="4">a</li></ol>',
        '<p dir="rtl" lang="ar">مرحبا</p>',
        "<blockquote>a<pre>b\n  c</pre></blockquote>",
    ],
)
def test_ordinary_markup_stays_as_it_was_written(markup: str) -> None:
    assert body_of(clean(markup)) == markup


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<b><p>x</b>y</p>z", "<b><p>x</p></b><p>y</p>z"),
        ("<p><b>x<p>y</b>z", "<p><b>x</b></p><p><b>y</b>z</p>"),
        ("<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul>c"),
        ("<div><b>x</div>y", "<div><b>x</b></div><b>y</b>"),
        ("<i><b>x</i>y</b>", "<i><b>x</b></i><b>y</b>"),
        ("a < b & c &eacute;&nbsp;&#233;", "a &lt; b &amp; c é&nbsp;é"),
        ("<option>a<legend>b</legend>", "a<div>b</div>"),
    ],
)
def test_untidy_markup_is_repaired_as_browsers_do(written: str, shown: str) -> None:
    assert body_of(clean(written)) == shown


def test_each_cell_forgets_the_formatting_left_open_in_the_one_before() -> None:
    safe = clean("<table><tr><td><font color=red>a<td>b<tr><td>c</table>d")
    assert '<td><font color="red">a</font></td><td>b</td></tr><tr><td>c</td>' in safe.html
    assert body_of(safe).endswith("</table>d")


def test_an_inline_picture_is_shown_from_our_url() -> None:
    safe = clean(
        '<img src="cid:logo@mail"><img src="CID:a%20b@mail"><img src="images/photo.png">'
        '<td background="cid:logo@mail"><p style="background-image:url(cid:logo@mail)">',
        inline=OURS,
    )
    assert [f'src="/pictures/{n}"' in safe.html for n in (1, 2, 3)] == [True, True, True]
    assert 'style="background-image:url(&quot;/pictures/1&quot;)"' in safe.html
    assert safe.remote_images == 0
    assert safe.cids == {"logo@mail", "a b@mail", "images/photo.png"}


def test_a_missing_inline_picture_leaves_its_text() -> None:
    safe = clean('<img src="cid:gone" alt="Le plan de l’école">')
    assert body_of(safe) == '<img alt="Le plan de l’école">'
    assert safe.text == "Le plan de l’école"


def test_remote_pictures_are_blocked_and_each_is_counted_once() -> None:
    safe = clean(
        '<img src="https://a.example/1.png"><img src="https://a.example/1.png" srcset="//b.example/2 2x">'
        '<body background="http://c.example/3"><p style="background:#fff url(http://d.example/4)">t'
    )
    assert "example" not in safe.html
    assert "background-color:#fff" in safe.html
    assert safe.remote_images == 4


def test_remote_pictures_come_through_our_proxy_after_consent() -> None:
    safe = clean(
        '<style>.hero{background-image:url(http://d.example/4)}</style><table><td background="http://c.example/">'
        '<img src="https://a.example/1.png"><p style="background:url(http://e.example/5) no-repeat">t',
        image_url=proxied,
    )
    assert ".example" not in safe.html
    assert '<img src="/proxy/?url=23&amp;key=abc">' in safe.html
    assert '.hero{background-image:url("/proxy/?url=18&key=abc")}' in safe.html
    assert safe.remote_images == 4


@pytest.mark.parametrize("url", ["/account/delete", "login", "?a=1", "#top", "./x", "\\x", "x:y"])
def test_a_relative_url_never_reaches_our_own_host(url: str) -> None:
    safe = clean(
        f'<a href="{url}">a</a><img src="{url}"><p style="background:url({url})">b',
        image_url=proxied,
    )
    assert body_of(safe) == "<a>a</a><img><p>b</p>"


def test_a_relative_url_follows_the_mails_own_base() -> None:
    safe = clean('<base href="https://ecole.example/lettre/"><a href="../agenda">Agenda</a>')
    assert 'href="https://ecole.example/agenda"' in safe.html


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("ht\ntp://a.example/b", "http://a.example/b"),
        ("//a.example/b", "https://a.example/b"),
        ("\\\\a.example\\b", "https://a.example/b"),
        (" https:/a.example/b", "https://a.example/b"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("https://ÉCOLE.example/é?q=é", "https://xn--cole-9oa.example/%C3%A9?q=%C3%A9"),
        ("www.ecole.fr/agenda", "https://www.ecole.fr/agenda"),
        (
            "mailto:a@b.example?subject=Bonjour&attach=/etc/passwd",
            "mailto:a@b.example?subject=Bonjour",
        ),
        ("tel:+33 (0)2 35", "tel:+330235"),
        ("https://a.example/?x=1&copy=2&lt=3", "https://a.example/?x=1&amp;copy=2&amp;lt=3"),
    ],
)
def test_a_link_goes_where_a_browser_would_have_gone(written: str, target: str) -> None:
    assert f'<a href="{target}"' in clean(f'<a href="{written}">a</a>').html


def test_a_link_shows_its_target_and_never_the_title_its_sender_chose() -> None:
    safe = clean('<a href="http://a.example/" title="https://univ-lac.example/">Portail</a>')
    assert 'title="http://a.example/"' in safe.html
    assert "univ-lac" not in safe.html


def test_a_picture_held_by_the_mail_is_shown_but_no_document_is() -> None:
    png = "data:image/png;base64,iVBORw0KGgo="
    safe = clean(
        f'<img src="{png}"><img src="data:image/svg+xml;base64,AAAA"><a href="{png}">a</a>'
    )
    assert body_of(safe) == f'<img src="{png}"><img><a>a</a>'


def test_what_the_body_element_said_applies_to_the_box_of_the_mail() -> None:
    safe = clean(
        "<html><head><style>body{margin:0} html body p{color:red} #main .x{width:50%}</style></head>"
        '<body bgcolor="f4f4f4" text=#222 class=lettre id=main style="padding:0" dir=rtl lang=ar><p class=x>a'
    )
    assert 'class="pli-body lettre id-main"' in safe.html
    assert 'style="background-color:#f4f4f4;color:#222;padding:0"' in safe.html
    assert 'dir="rtl"' in safe.html
    assert ".pli-mail .pli-body{margin:0}" in safe.html
    assert ".pli-mail .pli-body p{color:red}" in safe.html
    assert ".pli-mail .id-main .x{width:50%}" in safe.html


def test_a_style_element_for_print_is_for_print_only() -> None:
    safe = clean(
        "<style media=print>p{color:red}@media (max-width:600px){p{margin:0}}</style>"
        "<style>p{padding:0}</style><p>a"
    )
    assert safe.html.startswith(
        "<style>@media print{.pli-mail p{color:red}@media (max-width:600px){.pli-mail p{margin:0}}}"
        "\n.pli-mail p{padding:0}</style>"
    )


def test_the_text_has_a_line_for_each_block_and_quotes_and_links_are_readable() -> None:
    safe = clean(
        "<p>Bonjour,<br>voici&nbsp;l’<a href='https://ecole.example/a'>agenda</a> de mars.</p>"
        "<ul><li>un</li><li>deux</li></ul><blockquote><p>avant</p></blockquote>"
        "<div style='display:none'>caché</div><a href='https://b.example/'>https://b.example</a>"
    )
    assert safe.text == (
        "Bonjour,\nvoici l’agenda de mars.\n<https://ecole.example/a>\n\n"
        "- un\n- deux\n\n> avant\n\nhttps://b.example"
    )


def test_text_survives_whatever_surrounds_it() -> None:
    for opening in (
        "<title>",
        "<textarea>",
        "<iframe>",
        "<noembed>",
        "<xmp>",
        "<svg><style/>",
        "<select>",
    ):
        assert "La séance est reportée." in clean(f"{opening}<p>La séance est reportée.").text


HOSTILE = {
    "nested div": "<div>" * 50_000 + "fin" + "</div>" * 50_000,
    "nested formatting": "".join(f"<font size={i}>" for i in range(50_000)) + "<p>fin",
    "nested tables": "<table><tr><td>" * 50_000 + "fin",
    "misnested": "<b><div><i><p>x</b>" * 100_000 + "fin",
    "formatting in blocks": "<p>" + "<font size=1>" * 500 + "<div>x</div>" * 200_000,
    "attributes": "<p " + "a " * 2_500_000 + ">fin",
    "ampersands": "&" * 5_000_000,
    "references": "&amp;" * 1_000_000,
    "less-than": "<" * 5_000_000,
    "comments": "<!-->" * 1_000_000,
    "open titles": "<title>" * 700_000,
    "open quotes": "<p a='\"" * 700_000,
    "style attributes": "".join(f'<p style="margin:{i}px;color:#{i:06x}">' for i in range(130_000)),
    "style element": "<style>"
    + "a b>c.d[class=e]{color:red;background:url(x)}" * 110_000
    + "</style>",
    "style nesting": "<style>" + "{([" * 1_600_000 + "</style><p style='" + "(" * 100_000 + "'>",
    "links": "".join(
        f'<a href="http://a{i}.example/">http://b{i}.example</a>' for i in range(90_000)
    ),
    "big number": "&#" + "9" * 5_000_000 + ";",
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_five_hostile_megabytes_are_cleaned_in_bounded_time(hostile: str) -> None:
    source = HOSTILE[hostile]
    started = time.process_time()
    clean(source, own_domains=OWN)
    assert time.process_time() - started < 3


def test_text_behind_a_flood_of_tags_is_kept() -> None:
    safe = clean("<div>" * 150_000 + "La séance est reportée.")
    assert "La séance est reportée." in safe.text
    assert safe.truncated
