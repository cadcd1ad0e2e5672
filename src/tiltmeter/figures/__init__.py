"""Figures: one function per figure, each takes a result and gives a chart whose title says what it shows.

Names are imported when they are first used, because Altair takes half a second; `__init__.pyi` lists them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
