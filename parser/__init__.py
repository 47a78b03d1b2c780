"""The message language: a text and the election in, a command or its faults out (SPEC section 2).

``parse`` reads a text, ``meant`` gives what it means to its sender, ``redact`` makes it fit to be stored;
``judge`` says what becomes of a report.
"""

from parser.message import LONGEST_TEXT, meant, parse
from parser.pins import redact

__all__ = ["LONGEST_TEXT", "meant", "parse", "redact"]
