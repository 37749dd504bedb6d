"""Making the papers of invoices, e-invoice and all, against WeasyPrint alone with the same pages."""

import json

from tests.bench.bank import ADA, run
from tests.bench.ground import Ground
from tests.bench.row import Row, ratio

COUNT = 10


def rendering(here: Ground, count: int = COUNT) -> list[Row]:
    """Invoices of ten lines. After ``billing.issuing``, which issues them."""
    found = json.loads(run(here, "tests.bench.drawing", str(here.value(ADA)), str(count)))
    return [ratio("invoice PDFs a second and core / WeasyPrint with the bare page", found, 0.7, 0.95)]
