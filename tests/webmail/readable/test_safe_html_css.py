"""The styles of a mail: kept where they only dress it, gone where they fetch, cover, move or run."""

import pytest

from webmail.html.safe_css import safe_declarations
from webmail.html.safe_stylesheet import safe_stylesheet


def nothing(_url: str) -> None:
    return None


def style(css: str) -> str:
    return safe_declarations(css, nothing).css


def sheet(css: str) -> str:
    return safe_stylesheet(css, nothing).css


@pytest.mark.parametrize(
    "css",
    [
        "margin:0 auto;padding:10px 20px 1em",
        "width:100%!important;max-width:600px;height:auto",
        "font:bold 12px/1.5 Arial,sans-serif",
        'font-family:"Helvetica Neue",Georgia,serif',
        "color:rgba(0,0,0,0.5);background:#ffffff",
        "background:linear-gradient(to right,#fff 0%,rgb(0,0,0) 100%)",
        "border-collapse:collapse;border-top:1px solid #ccc;border-radius:4px 4px 0 0",
        "text-indent:-18pt;margin-left:36pt",
        "width:calc(100% - (2 * 10px))",
        "display:none;max-height:0;overflow:hidden;font-size:0",
        "float:left;vertical-align:top;text-align:center;white-space:nowrap",
    ],
)
def test_what_only_dresses_text_is_kept(css: str) -> None:
    assert style(css) == css


@pytest.mark.parametrize(
    "css",
    [
        "position:fixed;top:0;left:0;z-index:9999",
        "position:absolute;inset:0",
        "margin-left:-400px",
        "transform:translate(-900px)",
        "filter:invert(1)",
        "box-shadow:0 0 0 9000px #fc0;outline:900px solid red",
        "cursor:none;pointer-events:none",
        "content:'Your mailbox is full'",
        "animation:k 1s;transition:all 1s",
        "width:expression(alert(1))",
        "width:exp/**/ression(alert(1))",
        "behavior:url(x.htc);-moz-binding:url(x.xml#a)",
        "list-style:url(http://a.example/1)",
        "cursor:url(http://a.example/1),auto",
        "width:var(--x);--x:url(http://a.example)",
        "height:100vh;min-height:100dvh",
        "width:999999px;font-size:9999px",
        "unicode-bidi:bidi-override",
        "color-scheme:dark",
        "background-image:url(http://a.example/1)",
        "background:u\\72 l(http://a.example/1)",
        "background-image:image-set('http://a.example/1' 1x)",
        "background:-webkit-image-set(url(http://a.example/1) 1x)",
        "color:red\\",
        "color:</style><script>",
    ],
)
def test_what_fetches_covers_moves_or_runs_is_gone(css: str) -> None:
    assert style(css) == ""


def test_urls_are_told_however_they_are_spelt() -> None:
    found = safe_declarations(
        "background:\\75rl(http://a.example/1);cursor:URL('//b.example/2');"
        "background-image:image-set('http://c.example/3' 1x)",
        nothing,
    )
    assert found.urls == ("http://a.example/1", "//b.example/2", "http://c.example/3")


def test_a_background_without_its_picture_keeps_its_colour() -> None:
    assert style("background:url(x.png) no-repeat center #fdd") == "background-color:#fdd"


def test_escapes_and_comments_do_not_survive() -> None:
    assert style("c\\6f lor:r\\65 d;/*a*/margin:/**/1px") == "color:red;margin:1px"


def test_a_font_name_cannot_close_the_style_element() -> None:
    assert "<" not in sheet("p{font-family:'</style><img src=x onerror=alert(1)>'}")


@pytest.mark.parametrize(
    ("written", "scoped"),
    [
        ("p{margin:0}", ".pli-mail p{margin:0}"),
        ("*{margin:0}", ".pli-mail *{margin:0}"),
        ("body,html{margin:0}", ".pli-mail .pli-body,.pli-mail .pli-body{margin:0}"),
        ("html > body td{margin:0}", ".pli-mail .pli-body td{margin:0}"),
        ("#a .b > a:hover{color:red}", ".pli-mail .id-a .b > a:hover{color:red}"),
        ('td[class="x y"]{color:red}', '.pli-mail td[class="x y"]{color:red}'),
        ("*[class*=mob]{color:red}", '.pli-mail *[class*="mob"]{color:red}'),
        ("tr:nth-child(2n+1){color:red}", ".pli-mail tr:nth-child(2n+1){color:red}"),
        ("tr:nth-child(odd){color:red}", ".pli-mail tr:nth-child(2n+1){color:red}"),
        ("p,nav::after{color:red}", ".pli-mail p{color:red}"),
        (
            "@media only screen and (max-width:600px){.k{width:100%!important}}",
            "@media only screen and (max-width:600px){.pli-mail .k{width:100%!important}}",
        ),
        ("<!-- p{margin:0} -->", ".pli-mail p{margin:0}"),
    ],
)
def test_a_rule_applies_to_the_mail_only(written: str, scoped: str) -> None:
    assert sheet(written) == scoped


@pytest.mark.parametrize(
    "css",
    [
        "@import url(http://a.example/a.css);",
        "@font-face{font-family:q;src:url(http://a.example/q)}",
        "@keyframes k{from{opacity:0}}",
        "@media (prefers-color-scheme:dark){p{color:#fff}}",
        "@media screen and (hover:hover){p{color:red}}",
        "@supports (display:grid){p{color:red}}",
        "header::after{content:'x';color:red}",
        "form:has(input[value^=a]){color:red}",
        "input[name=csrf][value^=a]{color:red}",
        "> p{color:red}",
        ".pli-mail{color:red}",
        "a.pli-warned{color:red}",
        ".a\\}b{color:red}",
        "p:not(.a){color:red}",
    ],
)
def test_rules_that_spy_fetch_or_reach_out_are_gone(css: str) -> None:
    assert sheet(css) == ""


def test_an_unclosed_rule_does_not_swallow_what_stands_before_it() -> None:
    assert sheet("p{color:#111}/* <p>") == ".pli-mail p{color:#111}"
