"""Why a bank file can't be imported, in one sentence."""

SHOWN = 40  # characters of a value in a sentence


class StatementRefused(ValueError):
    """A bank file that can't be imported as it is: nothing of it counts, whatever was read before.

    ``sentence`` says why and where; ``code`` says why to programs. ``template``, ``values`` and ``where`` are what the
    sentence is made of, so that it can be translated.
    """

    def __init__(self, code: str, template: str, where: str = "", **values):
        self.code, self.template, self.where, self.values = code, template, where, values
        sentence = template.format(**{name: shown(value) for name, value in values.items()})
        self.sentence = f"{where}: {sentence}" if where else sentence
        super().__init__(self.sentence)


def shown(value) -> str:
    """A value as a sentence may quote it: one line, printable, not too long."""
    text = " ".join("".join(c if c.isprintable() else " " for c in str(value)[: SHOWN * 2]).split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
