"""What an operator can get wrong: each is printed as one line, never as a traceback.

OperatorError
├── ConfigError    a setting or the election file
├── RosterError    stations.csv or people.csv; one problem a line
└── StoreError     a database that cannot be used
"""


class OperatorError(Exception):
    """A mistake that the operator can mend; its text is what is printed."""


class ConfigError(OperatorError):
    """A missing or wrong setting, or an election file that cannot be used."""


class RosterError(OperatorError):
    """A roster file that cannot be imported; ``args[0]`` holds one problem a line."""


class StoreError(OperatorError):
    """A database that this version of Pantau cannot use."""
