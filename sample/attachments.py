"""The files that letters carry: each kind named in the stories, made from a story's facts."""

from collections.abc import Callable, Mapping
from random import Random

from sample import vocabulary
from sample.documents import archive, docx, odt, pdf
from sample.letters import Attachment
from sample.pictures import jpeg_photo, landscape, png_chart, png_logo
from sample.sheets import Cell, csv_file, ods, xlsx
from sample.sounds import mp3_silence, wav_bell

Facts = Mapping[str, str]
Maker = Callable[[Random, Facts], Attachment]

PDF = "application/pdf"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attachment(kind: str, rng: Random, facts: Facts) -> Attachment:
    """The file of that kind. Raises KeyError for a kind that nobody makes."""
    return MAKERS[kind](rng, facts)


def _pupils(rng: Random, count: int) -> list[str]:
    pairs = {(rng.choice(vocabulary.SURNAMES), rng.choice(vocabulary.PUPILS)) for _ in range(count)}
    return [f"{surname} {first_name}" for surname, first_name in sorted(pairs)]


def _short_class(facts: Facts) -> str:
    return facts["classe"].replace("ᵉ ", "")


def _agenda(rng: Random, facts: Facts) -> Attachment:
    points = [
        "1. Bilan du trimestre",
        "2. Situations particulières",
        "3. Questions des délégués",
        "4. Orientation",
    ]
    return Attachment("Ordre du jour.odt", ODT, odt(f"Ordre du jour – {facts['jour']}", points))


def _averages(rng: Random, facts: Facts) -> Attachment:
    rows: list[list[Cell]] = [["Élève", "Français", "Mathématiques", "Histoire", "Moyenne"]]
    for name in _pupils(rng, 28):
        marks = [round(rng.triangular(4, 20, 13), 1) for _ in range(3)]
        rows.append([name, *marks, round(sum(marks) / 3, 2)])
    return Attachment(f"Moyennes-{_short_class(facts)}-T1.ods", ODS, ods("Moyennes", rows))


def _late_pupils(rng: Random, facts: Facts) -> Attachment:
    rows: list[list[Cell]] = [["Élève", "Classe", "Retards", "Minutes"]]
    for name in _pupils(rng, 18):
        late = rng.randint(1, 6)
        rows.append([name, rng.choice(vocabulary.CLASSES), late, late * rng.randint(3, 15)])
    return Attachment(f"Retards-S{facts['semaine']}.xlsx", XLSX, xlsx("Retards", rows))


def _quote_table(rng: Random, facts: Facts) -> Attachment:
    rows: list[list[Cell]] = [["Fournisseur", "Coût annuel", "Pages incluses", "Délai (h)"]]
    names = ("Bureautique de l'Estuaire", "Copie Service", "Repro Normande")
    rows += [
        [name, rng.randint(900, 2600), rng.choice((10000, 12000, 15000)), rng.choice((4, 8, 24))]
        for name in names
    ]
    return Attachment("Comparatif devis.xlsx", XLSX, xlsx("Devis", rows))


def _quote(rng: Random, facts: Facts) -> Attachment:
    lines = [
        f"Référence {facts['reference']}",
        f"Montant : {facts['montant']} € TTC",
        "Validité : quinze jours",
    ]
    return Attachment(f"Devis-{facts['reference']}.pdf", PDF, pdf("Devis", lines))


def _minutes_of(title: str, name: str, paragraphs: int) -> Maker:
    def make(rng: Random, facts: Facts) -> Attachment:
        lines = [rng.choice(vocabulary.BULK_SENTENCES) for _ in range(paragraphs)]
        return Attachment(name, PDF, pdf(title, lines))

    return make


def _letter_of(title: str, name: str) -> Maker:
    def make(rng: Random, facts: Facts) -> Attachment:
        lines = [
            f"Date : {facts['jour']}, {facts['heure']}",
            *rng.sample(vocabulary.BULK_SENTENCES, 5),
        ]
        return Attachment(name, DOCX, docx(title, lines))

    return make


def _certificate(rng: Random, facts: Facts) -> Attachment:
    lines = [
        "La principale du collège Jean Moulin (0760001N) certifie que",
        f"l'élève {facts['eleve']} est inscrit en classe de {facts['classe']}",
        f"pour l'année scolaire {facts['annee_scolaire']}.",
        "",
        "Fait à Rouen, pour servir et valoir ce que de droit.",
    ]
    return Attachment("Certificat de scolarité.pdf", PDF, pdf("Certificat de scolarité", lines))


def _photo(rng: Random, facts: Facts) -> Attachment:
    return Attachment(
        f"IMG_{rng.randint(1000, 9999)}.jpg", "image/jpeg", jpeg_photo(landscape(rng))
    )


def _small_photo(rng: Random) -> bytes:
    return jpeg_photo(landscape(rng), 320, 240)


def _photo_archive(rng: Random, facts: Facts) -> Attachment:
    photos = {f"cross/photo-{number:02}.jpg": _small_photo(rng) for number in range(1, 5)}
    return Attachment("Photos du cross.zip", "application/zip", archive(photos))


def _trip_file(rng: Random, facts: Facts) -> Attachment:
    lines = [
        f"Classe : {facts['classe']}",
        f"Date : {facts['jour']}",
        f"Effectif : {facts['nombre']}",
        "",
    ]
    lines += [f"{facts['montant']} €, dont la moitié par le foyer", *vocabulary.BULK_SENTENCES[:4]]
    return Attachment(
        f"Dossier sortie {_short_class(facts)}.odt", ODT, odt("Dossier de sortie", lines)
    )


def _teaching_pack(rng: Random, facts: Facts) -> Attachment:
    acts = [f"Acte {number} : questions {number * 3 - 2} à {number * 3}" for number in range(1, 4)]
    lines = ["Comédie-ballet de Molière, 1673", "", *acts, "", *vocabulary.BULK_SENTENCES * 3]
    content = pdf("Le Malade imaginaire – dossier pédagogique", lines, jpeg_photo(landscape(rng)))
    return Attachment("Dossier pédagogique.pdf", PDF, content)


def _participants(rng: Random, facts: Facts) -> Attachment:
    rows: list[list[Cell]] = [["Nom et prénom", "Naissance", "Autorisation", "Régime"]]
    for name in _pupils(rng, 28):
        birth = f"{rng.randint(1, 28):02}/{rng.randint(1, 12):02}/{int(facts['annee']) - 14}"
        rows.append(
            [
                name,
                birth,
                rng.choice(("oui", "oui", "oui", "attendue")),
                rng.choice(("DP", "externe")),
            ]
        )
    return Attachment("Liste-participants-4B.ods", ODS, ods("Participants", rows))


def _pupil_list(rng: Random, facts: Facts) -> Attachment:
    rows: list[list[Cell]] = [["Élève", "Classe", "Autorisation"]]
    rows += [
        [name, rng.choice(vocabulary.CLASSES[2:4]), rng.choice(("oui", "non"))]
        for name in _pupils(rng, 40)
    ]
    return Attachment("Élèves de 5e.csv", "text/csv", csv_file(rows, "cp1252"))


def _idle_accounts(rng: Random, facts: Facts) -> Attachment:
    rows: list[list[Cell]] = [["Nom", "Dernière connexion", "Encore présent ?"]]
    rows += [[name, f"{rng.randint(180, 700)} jours", ""] for name in _pupils(rng, 12)]
    return Attachment("comptes-inactifs.csv", "text/csv", csv_file(rows))


def _delegations(rng: Random, facts: Facts) -> Attachment:
    rows: list[list[Cell]] = [["Boîte", "Personne", "Droit", "Jusqu'au"]]
    rows += [
        [f"ce.07600{n:02}", name, rng.choice(("lire", "envoyer")), "31/08"]
        for n, name in enumerate(_pupils(rng, 9))
    ]
    return Attachment("Délégations.xlsx", XLSX, xlsx("Délégations", rows))


def _card(rng: Random, facts: Facts) -> Attachment:
    lines = (
        "BEGIN:VCARD",
        "VERSION:3.0",
        "N:Lhermitte;Manon;;;",
        "FN:Manon Lhermitte",
        "EMAIL:manon.lhermitte@etu-rives.example",
        "TEL;TYPE=CELL:+33 6 39 98 00 12",
        "END:VCARD",
        "",
    )
    return Attachment("Manon Lhermitte.vcf", "text/vcard", "\r\n".join(lines).encode())


def _timetable(rng: Random, facts: Facts) -> Attachment:
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Emploi du temps//FR",
        "BEGIN:VEVENT",
        f"UID:edt-{facts['reference']}@ac-normandie.fr",
        f"DTSTAMP:{facts['stamp']}",
        f"DTSTART;VALUE=DATE:{facts['jour_iso']}",
        f"SUMMARY:Devoirs faits {_short_class(facts)}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    )
    return Attachment("emploi-du-temps.ics", "text/calendar", "\r\n".join(lines).encode())


def _chart(rng: Random, facts: Facts) -> Attachment:
    content = png_chart([rng.randint(4, 30) for _ in range(8)])
    content_id = f"bilan.{facts['reference']}@ac-normandie.fr"
    return Attachment("bilan.png", "image/png", content, content_id)


def _logo(rng: Random, facts: Facts) -> Attachment:
    content_id = f"logo.{facts['reference']}@ac-normandie.fr"
    return Attachment("logo.png", "image/png", png_logo(), content_id)


def _bell(rng: Random, facts: Facts) -> Attachment:
    return Attachment("sonnerie.wav", "audio/x-wav", wav_bell())


def _voice_message(rng: Random, facts: Facts) -> Attachment:
    return Attachment("message-vocal.mp3", "audio/mpeg", mp3_silence(rng.randint(3, 9)))


MAKERS: dict[str, Maker] = {
    "ordre-du-jour": _agenda,
    "moyennes": _averages,
    "retards": _late_pupils,
    "devis-tableur": _quote_table,
    "devis": _quote,
    "certificat": _certificate,
    "photo": _photo,
    "photo-convention": _photo,
    "archive-photos": _photo_archive,
    "dossier-sortie": _trip_file,
    "dossier-pedagogique": _teaching_pack,
    "liste-participants": _participants,
    "liste-eleves": _pupil_list,
    "comptes-csv": _idle_accounts,
    "liste-delegations": _delegations,
    "carte": _card,
    "emploi-du-temps": _timetable,
    "graphique": _chart,
    "logo": _logo,
    "sonnerie": _bell,
    "message-vocal": _voice_message,
    "convocation-ca": _letter_of("Convocation au conseil d'administration", "Convocation CA.docx"),
    "formulaire": _letter_of("Ordre de mission ponctuel", "Ordre de mission.docx"),
    "cv": _letter_of("Manon Lhermitte – curriculum vitæ", "CV Manon Lhermitte.docx"),
    "budget": _minutes_of("Projet de budget", "Projet de budget.pdf", 60),
    "consignes": _minutes_of("Plan particulier de mise en sûreté", "Fiche PPMS.pdf", 18),
    "circulaire": _minutes_of("Circulaire relative au mouvement", "Circulaire-mouvement.pdf", 90),
    "guide": _minutes_of("DNB : guide de l'inscription", "Guide DNB.pdf", 70),
    "plan": _minutes_of("Programme de la visite", "Programme et plan.pdf", 14),
    "affiche": _minutes_of("Portes ouvertes", "Affiche portes ouvertes.pdf", 8),
    "compte-rendu": _minutes_of("Réunion de bassin", "Compte rendu réunion de bassin.pdf", 46),
}
