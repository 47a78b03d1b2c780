"""The two languages Pantau speaks."""

from enum import StrEnum


class Lang(StrEnum):
    """A language of replies, as written in files (``id``, ``en``) and after ``BAHASA``."""

    ID = "id"
    EN = "en"
