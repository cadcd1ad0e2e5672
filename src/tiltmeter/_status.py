"""What is said of an equilibrium: its kind, its status, and the tolerances behind them."""

KINDS = ("pure", "semi-mixed", "mixed", "uncertified")
STATUSES = ("certified", "approximate", "several", "failed")

# Regrets, as shares of the stake, up to which a pure or closed-form equilibrium and a mixed one count as certified,
# and beyond which nothing is reported as an equilibrium at all.
PURE_TOLERANCE = 1e-8
MIXED_TOLERANCE = 1e-6
APPROXIMATE_TOLERANCE = 1e-3
# A change of attack success up to this is no change: it is within the certificates of the two equilibria.
UNCHANGED = 1e-9
