"""The colors of the two sides, which stay the same everywhere, and the grays."""

OFFENSE = "#C8502D"
DEFENSE = "#2F6DB0"
NEUTRAL = "#8A94A3"
INK = "#1F2933"
MUTED = "#5F6B7A"
FAINT = "#D9DEE5"
PAPER = "#FFFFFF"
ON_TINT = "#18222C"
"""Words on a tinted ground: pages that are read in the dark change the other colors, but neither these nor tints."""

# Told apart with every common kind of color blindness; both stand out from white and from black.
SIDE_COLORS = {"offense": OFFENSE, "defense": DEFENSE, "unchanged": NEUTRAL, "depends": MUTED}

# Of claims, which take no side; told apart as well by the shapes of the marks.
HOLDS = "#2A7F7A"
VIOLATED = "#C98A12"
