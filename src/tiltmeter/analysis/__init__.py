"""What a scenario's answer is, what it rests on, and what would turn it round."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
