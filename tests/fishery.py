"""An invented theme in a rule file of a user's own, for tests of loading, checking and judging again."""

from __future__ import annotations

THEME = """\
slug = "fisheries"
en = "Fisheries"
es = "Pesca"
in = "Fishing fleets and quotas."

[[term]]
text = ["calamar gigante", "cuota(|s) de pesca"]

[examples]
es = ["Sube la cuota de pesca | Produce lo anunció."]

[counterexamples]
es = ["Abre un restaurante | Sirve sopas."]
"""
