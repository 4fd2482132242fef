"""The password hash that both Django and the mail servers verify."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class MailServerArgon2(Argon2PasswordHasher):
    """Argon2id with one lane: Dovecot's libsodium runs lanes one after the other.

    Parameters from OWASP's second choice (19 MiB, 2 passes, 1 lane); IDENTITY rules, "Password".
    """

    time_cost = 2
    memory_cost = 19456  # KiB
    parallelism = 1
