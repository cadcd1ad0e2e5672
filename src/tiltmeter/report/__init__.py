"""The report and the result folder: written whole or not at all, and checked by recomputing what is in it."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
