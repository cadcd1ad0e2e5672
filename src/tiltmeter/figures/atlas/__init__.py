"""The atlas: a picture that explains each contest, and grids of Tullock contests."""

from tiltmeter.figures.atlas._picture import picture as picture
from tiltmeter.figures.atlas._pictures import Picture as Picture
from tiltmeter.figures.atlas._pictures import pictures as pictures
