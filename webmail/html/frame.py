"""The frame a mail's HTML stands in: its policy, and the page around the fragment.

The page that embeds it writes `<iframe sandbox="{SANDBOX}">`: never allow-scripts; same-origin only so
that it can size the frame to its content. The policy repeats the sandbox for whoever opens the frame's
URL directly.
"""

from html import escape

SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"


def frame_csp(*picture_sources: str, can_be_printed: bool = False) -> str:
    """The frame's Content-Security-Policy; pictures come from `picture_sources` only (absolute URLs of
    the picture paths, ending in `/`) and from the data: URLs that a mail carries itself.

    `can_be_printed` lets the page around it open the browser's window for printing.
    """
    sandbox = f"{SANDBOX} allow-modals" if can_be_printed else SANDBOX
    return "; ".join(
        [
            "default-src 'none'",
            f"img-src data: {' '.join(picture_sources)}".strip(),
            "style-src 'unsafe-inline'",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
            f"sandbox {sandbox}",
        ]
    )


FRAME_CSP = frame_csp("'self'")

_STYLE = """
html{background:#fff;color:#1c1c1c;color-scheme:light;-webkit-text-size-adjust:100%}
body{margin:0;font:16px/1.5 system-ui,"Segoe UI",Roboto,Arial,sans-serif;overflow-wrap:break-word}
.pli-body{display:flow-root;padding:12px}
.pli-mail img:not([src]){display:inline-block}
.pli-mail img:not([src])[alt]:not([alt=""]){min-width:1em;min-height:1em;background:#f2f2f2;
 color:#555;font-size:12px;line-height:1.3;outline:1px dashed #bbb;outline-offset:-1px;overflow:hidden}
.pli-mail a:focus-visible{outline:3px solid #0a5bd3;outline-offset:-1px}
.pli-mail a.pli-warned{background:#fff3d6;border-bottom:2px dashed #b34000}
.pli-mail a.pli-warned::after{content:" (\\2192\\a0" attr(title) ")";font:12px/1.3 monospace;
 color:#8a2f00;background:#fff3d6;overflow-wrap:anywhere;unicode-bidi:isolate;direction:ltr}
.pli-mail pre{white-space:pre-wrap}
.pli-quote>summary{width:fit-content;padding:2px 0;color:#0a4a8f;font-size:13px;cursor:pointer}
.pli-quote>summary:focus-visible{outline:3px solid #0a5bd3;outline-offset:2px}
.pli-mail .moz-signature,.pli-mail .gmail_signature,.pli-signature{color:#5c5c5c}
.pli-mail a:not(.pli-warned):focus-visible::after{content:attr(title);position:absolute;left:12px;z-index:9;
 margin-top:1.7em;padding:3px 8px;max-width:calc(100% - 40px);border-radius:4px;background:#1f1f28;color:#fff;
 font:13px/1.4 system-ui,sans-serif;overflow-wrap:anywhere;text-decoration:none;unicode-bidi:isolate;direction:ltr}
.pli-mail blockquote{margin-inline:0;padding-inline-start:1em;border-inline-start:3px solid #ccc}
@media screen and (max-width:700px){
 .pli-mail *{max-width:100%!important;min-width:0!important;box-sizing:border-box}
 .pli-mail img[src]{height:auto!important}
 .pli-mail td,.pli-mail th{overflow-wrap:anywhere}
}
.pli-head{padding:12px;border-bottom:1px solid #999}
.pli-head h1{margin:0 0 8px;font-size:20px;line-height:1.3}
.pli-head :is(th,td){padding:1px 12px 1px 0;vertical-align:top;text-align:start;font-weight:normal;font-size:14px}
.pli-head th{color:#5c5c5c;white-space:nowrap}
.pli-plain{padding:12px}
.pli-plain pre{margin:0;font:inherit;white-space:pre-wrap}
.pli-plain blockquote{margin:8px 0;padding-inline-start:1em;border-inline-start:3px solid #ccc}
@media print{
 @page{margin:15mm}
 .pli-body,.pli-plain{padding:0}
 .pli-head{padding:0 0 8px;margin-bottom:12px}
 .pli-quote>summary{display:none}
 .pli-mail{overflow:visible!important;contain:none!important}
 .pli-mail *{max-width:100%!important;print-color-adjust:exact;-webkit-print-color-adjust:exact}
 .pli-mail td,.pli-mail th{white-space:normal!important;overflow-wrap:anywhere}
 .pli-mail tr,.pli-mail img{break-inside:avoid}
}
"""
# Turning every colour keeps the contrasts the sender chose; pictures are turned back, and what is dark
# already stays. A browser's own blue would turn into one that cannot be read.
_DARK = """
@media screen and (prefers-color-scheme:dark){
 html{background:#161616;color-scheme:dark}
 .pli-mail:not(.pli-dark){filter:invert(.91) hue-rotate(180deg);background:#fff;color:#1c1c1c}
 .pli-mail:not(.pli-dark) a{color:#0a3a66}
 .pli-mail:not(.pli-dark) :is(img,[background],[style*="url("]){filter:invert(1) hue-rotate(180deg)}
}
"""


def page(
    fragment: str, *, lang: str, direction: str, adapt_dark: bool, title: str = "Message"
) -> str:
    """The frame's document around a safe fragment."""
    language = f' lang="{escape(lang)}"' if lang else ""
    return (
        f'<!doctype html><html{language}><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">'
        f"<title>{escape(title)}</title><style>{_STYLE}{_DARK if adapt_dark else ''}</style></head>"
        # On the root, `auto` would look at the title first (HTML §3.2.6.4).
        f'<body dir="{escape(direction)}">{fragment}</body></html>'
    )
