"""The message language: a text and the election in, a command or its faults out (SPEC section 2).

``parse`` reads a text, ``report_in`` the report that begins with a command's word all the same, ``redact``
makes a text fit to be stored; ``judge`` says what becomes of a report.
"""

from parser.message import LONGEST_TEXT, parse, report_in
from parser.pins import redact

__all__ = ["LONGEST_TEXT", "parse", "redact", "report_in"]
