"""What programs repeat of the message they answer to is put away, whatever they put around it."""

import time

import pytest

from webmail.readable.plain_text import render
from webmail.readable.safe_html import clean

FOLD = '<details class="pli-quote"><summary>Texte cité</summary>'
OUTLOOK = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><body lang=FR link="#0563C1">
<div class=WordSection1><p class=MsoNormal>{own}<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoNormal>Anne Dupont<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>
<p class=MsoNormal><b>{author}</b> Leroy Nadia &lt;nadia.leroy@ac-normandie.fr&gt; <br>
<b>{sent}</b> lundi 14 septembre 2026 09:12<br>
<b>{to}</b> Dupont Anne &lt;<a href="mailto:anne.dupont@ac-normandie.fr">anne.dupont@ac-normandie.fr</a>&gt;<br>
<b>{subject}</b> Conseil de classe<o:p></o:p></p></div></div>
<p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>{quoted}<o:p></o:p></p></div></body></html>"""
FRENCH = {
    "author": "De&nbsp;:",
    "sent": "Envoyé&nbsp;:",
    "to": "À&nbsp;:",
    "subject": "Objet&nbsp;:",
}
ENGLISH = {"author": "From:", "sent": "Sent:", "to": "To:", "subject": "Subject:"}
ON_THE_WEB = """<html><body dir="ltr"><div style="font-family:Calibri" class="elementToProof">{own}</div>
<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">
<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt"><b>Von:</b> Nadia<br>
<b>Gesendet:</b> Montag<br><b>An:</b> Anne<br><b>Betreff:</b> Rat</font><div>&nbsp;</div></div>
<div class="BodyFragment"><div>{quoted}</div></div></body></html>"""
OF_OLD = """<!DOCTYPE HTML><HTML><BODY><P><FONT SIZE=2>{own}</FONT></P>
<P><FONT SIZE=2>-----Message d'origine-----<BR>
De : Nadia Leroy [<A HREF="mailto:nadia@ac-normandie.fr">mailto:nadia@ac-normandie.fr</A>]<BR>
Envoy&eacute; : lundi 14 septembre 2026 09:12<BR>&Agrave; : Anne Dupont<BR>Objet : Conseil</FONT></P>
<P><FONT SIZE=2>{quoted}</FONT></P></BODY></HTML>"""
ZIMBRA = """<html><body><div style="font-family: arial; font-size: 12pt"><div>{own}</div>
<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__">
<b>De: </b>"Nadia Leroy" &lt;nadia@ac-normandie.fr&gt;<br>
<b>À: </b>"Anne Dupont"<br><b>Envoyé: </b>Lundi 14 Septembre 2026 09:12:00<br><b>Objet: </b>Conseil</div><br>
<div data-marker="__QUOTED_TEXT__">{quoted}</div></div></body></html>"""
GMAIL = """<div dir="ltr">{own}</div><br><div class="gmail_quote gmail_quote_container">
<div dir="ltr" class="gmail_attr">
Le lun. 14 sept. 2026 à 09:12, Nadia
&lt;<a href="mailto:nadia@ac-normandie.fr">nadia@ac-normandie.fr</a>&gt; a écrit :<br></div>
<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex"><div>{quoted}</div></blockquote></div>"""
APPLE = """<html><body style="overflow-wrap: break-word;">{own}<br id="lineBreakAtBeginningOfMessage"><div><br>
<blockquote type="cite"><div>Le 14 sept. 2026 à 09:12, Nadia a écrit :</div><br class="Apple-interchange-newline">
<div><meta charset="UTF-8"><div>{quoted}</div></div></blockquote></div><br></body></html>"""
THUNDERBIRD = """<html><body><p>{own}</p><div class="moz-cite-prefix">Le 14/09/2026 à 09:12, Nadia a écrit :<br></div>
<blockquote type="cite" cite="mid:1@ac-normandie.fr"><p>{quoted}</p></blockquote><p><br></p></body></html>"""
NEW_OUTLOOK = """<html><body><div class="elementToProof">{own}</div>
<div id="mail-editor-reference-message-container">
<div><div style="padding:3pt 0in 0in; border-top:1pt solid rgb(181,196,223)">
<b>Von:</b> Nadia</div><div>{quoted}</div></div></div></body></html>"""
PROGRAMS = {
    "Outlook in French": OUTLOOK.format(own="{own}", quoted="{quoted}", **FRENCH),
    "Outlook in English": OUTLOOK.format(own="{own}", quoted="{quoted}", **ENGLISH),
    "Outlook on the web, in German": ON_THE_WEB,
    "the new Outlook": NEW_OUTLOOK,
    "an old Outlook": OF_OLD,
    "Zimbra": ZIMBRA,
    "Gmail": GMAIL,
    "Apple Mail": APPLE,
    "Thunderbird": THUNDERBIRD,
}
PLAIN = {
    "Outlook in French": "{own}\n\n________________________________\nDe : Nadia Leroy\n"
    "Envoyé : lundi 14 septembre 2026 09:12\nÀ : Anne Dupont\nObjet : Conseil\n\n{quoted}\n",
    "Outlook in English": "{own}\n\nFrom: Nadia Leroy <nadia@ac-normandie.fr>\nSent: Monday 14 September 2026 09:12\n"
    "To: Anne Dupont\nSubject: Council\n\n{quoted}\n",
    "an old Outlook": "{own}\n-- \nAnne\n\n-----Message d'origine-----\nDe : Nadia\n\n{quoted}\n",
    "an old English one": "{own}\n\n-----Original Message-----\nFrom: Nadia\n\n> {quoted}\n",
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_answer_shows_its_own_words_and_folds_the_rest(program: str) -> None:
    made = clean(
        PROGRAMS[program].format(own="Mardi me convient.", quoted="Quand venez-vous ?"),
        quote_label="Texte cité",
    ).html
    own, fold, quoted = made.partition(FOLD)
    assert fold
    assert "Mardi me convient." in own
    assert "Quand venez-vous ?" in quoted.partition("</details>")[0]
    assert made.count("<details") == made.count("</details>") == 1


@pytest.mark.parametrize("program", PLAIN)
def test_so_does_an_answer_in_plain_text(program: str) -> None:
    made = render(PLAIN[program].format(own="Mardi me convient.", quoted="Quand venez-vous ?")).html
    own, fold, quoted = made.partition('<details class="pli-quote"><summary>')
    assert fold
    assert "Mardi me convient." in own
    assert "Quand venez-vous ?" in quoted
    assert "Nadia" not in own
    assert made.count("<details") == made.count("</details>")


@pytest.mark.parametrize(
    "html",
    [
        "<p>Le stage :</p><p>De : 8 h</p><p>À : 12 h</p><p>Date : mardi</p><p>Venez nombreux.</p>",
        "<div><b>De :</b> Nadia<br><b>Envoyé :</b> lundi<br><b>À :</b> Anne<br><b>Objet :</b> x</div><p>Seul.</p>",
        "<p>Le texte -----Message d’origine----- est ajouté par Outlook.</p>",
        '<p>Bonjour</p><div id="appendonsend"></div>',
        "<table><tr><td>Bonjour</td><td>-----Message d'origine-----</td></tr></table>",
    ],
)
def test_what_only_looks_like_a_quote_stays(html: str) -> None:
    assert "<details" not in clean(html, quote_label="Texte cité").html


def test_what_follows_the_element_of_a_quoted_message_keeps_it_open() -> None:
    answer = OF_OLD.format(own="Mardi.", quoted="Quand ?")
    around = f"<div>{answer}</div><p>Voir ma réponse ci-dessous : mercredi plutôt.</p>"
    assert "<details" not in clean(around, quote_label="Texte cité").html


@pytest.mark.parametrize("line", ["De : x\n", "-----Message d'origine-----\n", "De :\nDate :\n"])
def test_a_text_of_headings_alone_is_read_in_a_moment(line: str) -> None:
    began = time.process_time()
    render(line * (1_000_000 // len(line)))
    html = "".join(f"<p>{it}</p>" for it in (line * 20_000).splitlines())
    clean(html, quote_label="Texte cité")
    assert time.process_time() - began < 5
