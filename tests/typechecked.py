"""The type checker for the rooms that `conftest.py` names: beartype, which takes an int for a float as Python does."""

from beartype import BeartypeConf, beartype

typechecked = beartype(conf=BeartypeConf(is_pep484_tower=True))
