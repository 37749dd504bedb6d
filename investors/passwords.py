"""Deriving passwords: what is kept of one stays in the database, which gives the recipe and compares the outcome."""

from argon2.low_level import Type, hash_secret
from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher, get_hasher

_VARIETIES = {"argon2i": Type.I, "argon2d": Type.D, "argon2id": Type.ID}


def present_form() -> str:
    """How a password stored today begins: algorithm and parameters, up to its salt."""
    hasher = get_hasher()
    if isinstance(hasher, Argon2PasswordHasher):
        costs = hasher.params()
        return f"argon2$argon2id$v={costs.version}$m={costs.memory_cost},t={costs.time_cost},p={costs.parallelism}$"
    if isinstance(hasher, PBKDF2PasswordHasher):
        return f"{hasher.algorithm}${hasher.iterations}$"
    return f"{hasher.algorithm}$"


def derived(password: str, recipe: str) -> str:
    """What would be kept of this password by a recipe: algorithm, parameters and salt, ending in ``$``.

    Raises ValueError for an algorithm that is not in PASSWORD_HASHERS.
    """
    algorithm, *parts = recipe.split("$")
    hasher = get_hasher(algorithm)
    if isinstance(hasher, Argon2PasswordHasher):
        return algorithm + _argon2(hasher, password, recipe)
    if isinstance(hasher, PBKDF2PasswordHasher):
        return hasher.encode(password, salt=parts[1], iterations=int(parts[0]))
    return hasher.encode(password, parts[0])


def _argon2(hasher: Argon2PasswordHasher, password: str, recipe: str) -> str:
    """By the parameters of the recipe, which may be older than those of today."""
    known = hasher.decode(recipe + "A" * 43)  # it wants a value to decode, whatever it is
    costs = known["params"]
    return hash_secret(
        password.encode(), known["salt"].encode("latin1"), time_cost=costs.time_cost, memory_cost=costs.memory_cost,
        parallelism=costs.parallelism, hash_len=hasher.params().hash_len, type=_VARIETIES[known["variety"]],
        version=costs.version,
    ).decode("ascii")  # fmt: skip


def is_outdated(encoded: str) -> bool:
    """Whether a password in this form should be stored anew, as today's are."""
    present = get_hasher()
    return not encoded.startswith(f"{present.algorithm}$") or present.must_update(encoded)
