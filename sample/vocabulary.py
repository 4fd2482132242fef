"""Names and words the sample draws from. All invented; domains are reserved ones (RFC 2606)."""

SURNAMES = (
    "Mercier", "Lecomte", "Dubois", "Ndiaye", "Quesnel", "Leroux", "Tran", "Hamel", "Bouzid",
    "Lemarchand", "Petit", "Roussel", "Da Costa", "Marie", "Le Bihan", "Vasseur", "Kaya",
    "Duval", "Fontaine", "Legrand", "Açikgöz", "Müller", "Garçon", "Saïdi", "Delamare",
    "Osmont", "Lebœuf", "Traoré", "Picard", "Noël",
)  # fmt: skip
PUPILS = (
    "Lina", "Noé", "Inès", "Malo", "Éloïse", "Yanis", "Jade", "Timéo", "Aya", "Gaspard", "Maëlys",
    "Adam", "Zoé", "Ibrahim", "Louise", "Théo", "Assia", "Côme", "Anaïs", "Marius",
)  # fmt: skip
PARENTS = (
    "Karine", "Stéphane", "Nadège", "Mohamed", "Céline", "Thomas", "Fatou", "Jérôme", "Aurélie",
    "Minh", "Sandrine", "Rui", "Élise", "Grégory", "Leïla", "François",
)  # fmt: skip
FREE_MAIL = ("courriel-libre.example", "boite-postale.example", "famille-web.example")

CLASSES = ("6ᵉ A", "6ᵉ C", "5ᵉ B", "5ᵉ D", "4ᵉ A", "4ᵉ B", "4ᵉ C", "3ᵉ A", "3ᵉ B", "3ᵉ D")
TEACHERS = ("Mme Roy", "Mme Lenoir", "Mme Oliveira", "Mme Barbier", "Mme Cheng", "Mme Langevin")
ROOMS = ("104", "108", "112", "201", "204", "207", "CDI")
HOURS = ("8 h 30", "10 h 15", "14 h", "16 h 45", "17 h 15", "18 h")

# name in the stories → (name, address)
OUTSIDE = {
    "theatre": ("Théâtre des Deux Rives", "publics@deuxrives.example"),
    "theatre-publics": ("Service des publics", "publics@deuxrives.example"),
    "autocars": ("Autocars du Pays de Caux", "exploitation@autocars-caux.example"),
    "mairie": ("Service des écoles et des sports", "ecoles@ville-rives.example"),
    "librairie": ("Librairie des Quais", "commandes@librairie-des-quais.example"),
    "telephonie": ("Standard téléphonique", "messagerie-vocale@standard-pro.example"),
    "ecole-avenir": ("École et Avenir", "formation@ecole-avenir.example"),
    "candidat": ("Manon Lhermitte", "manon.lhermitte@etu-rives.example"),
    "assurance": ("Assurance des Écoles – sinistres", "sinistres@assurance-ecoles.example"),
}

NEWS_SENTENCES = (
    "Un parcours en quatre étapes, à suivre en classe ou à la maison.",
    "Les inscriptions sont ouvertes jusqu'à la fin du mois, dans la limite des places.",
    "Nos équipes répondent à vos questions du lundi au vendredi.",
    "Téléchargez les fiches et le corrigé, prêts à imprimer.",
    "Une enseignante de Dieppe raconte son année avec ses élèves de cinquième.",
    "L'entrée est gratuite pour les groupes scolaires, sur réservation.",
    "Offre valable sur tout le catalogue, hors livres numériques.",
    "Trois idées simples pour commencer la semaine du bon pied.",
    "Retrouvez la captation de la rencontre et la bibliographie complète.",
    "Un dossier de douze pages, relu par deux inspectrices.",
    "Votre avis nous intéresse : dix questions, trois minutes.",
    "La prochaine visioconférence aura lieu un mercredi après-midi.",
)

# Sentences of the large mailboxes, where only size and variety count.
BULK_SUBJECTS = (
    "Réunion de bassin", "Relevé des absences", "Conseil pédagogique", "Commande de manuels",
    "Planning des surveillances", "Oral du brevet", "Dossier d'orientation",
    "Formation du personnel", "Devis pour la sortie", "Accès au réseau", "Emploi du temps",
    "Projet d'établissement", "Liste des élus", "Jury du concours d'éloquence",
    "Charte de la laïcité", "Demi-pension", "Bourses nationales", "Accompagnement éducatif",
    "Visite médicale", "Voyage à Londres",
)  # fmt: skip
BULK_SENTENCES = (
    "Merci de me confirmer votre présence avant la fin de la semaine.",
    "Vous trouverez le tableau à jour dans le dossier partagé de l'équipe.",
    "La date a été décalée d'une semaine à la demande de la collectivité.",
    "Je reste à votre disposition pour toute précision complémentaire.",
    "Trois familles n'ont pas encore rendu l'autorisation signée.",
    "Le budget prévu permet de couvrir le transport et les entrées.",
    "Pensez à vérifier les coordonnées des responsables légaux.",
    "Le compte rendu sera diffusé aux membres du conseil.",
    "Le jury se réunira à huis clos, puis recevra les candidats un par un.",
    "La salle polyvalente est réservée toute la matinée.",
    "Il manque encore les appréciations de deux collègues.",
    "Les élèves concernés seront dispensés du premier cours.",
    "Un rappel de la charte de la laïcité sera affiché dans chaque salle.",
    "Le service informatique interviendra pendant l'heure du déjeuner.",
    "Cette demande annule et remplace la précédente.",
    "La liste définitive sera arrêtée mardi en fin de journée.",
)
