"""The message language: a text and the election in, a command or its faults out (SPEC section 2).

``parse`` reads a text, ``redact`` makes it fit to be stored; ``judge`` says what becomes of a report.
"""

from parser.message import LONGEST_TEXT, parse
from parser.pins import redact

__all__ = ["LONGEST_TEXT", "parse", "redact"]
