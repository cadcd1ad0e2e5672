"""tiltmeter: does a technology lean the balance to offense or to defense, how sure is that, what would turn it round?

Names are imported when they are first used, so that the command line starts at once; `__init__.pyi` lists them.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
