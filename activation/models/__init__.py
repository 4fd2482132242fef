"""How people come to their accounts. One file per story; Django finds them all here."""
