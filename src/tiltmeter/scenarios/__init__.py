"""Scenarios: files that ask a question about a technology, with everything that is needed to answer it.

Names are imported when they are first used, so that listing scenarios needs none of what solving them does.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
