"""What tests do sooner than the house does."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """The same hash with the least work: no test looks at how long guessing takes."""

    time_cost = 1
    memory_cost = 16
    parallelism = 1
