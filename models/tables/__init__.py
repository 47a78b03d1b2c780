"""The tables. Classes are schema and types; rows are read and written by Core statements.

Nothing that was accepted is overwritten or deleted: results and figures of cases only grow, the
roster closes rows and opens new ones.
"""

from models.tables.base import Base
from models.tables.log import DeliveryReport, MessageRow, OptOutRow, QuestionRow
from models.tables.night import FieldNote, Forgetting, Practice, SlotRow
from models.tables.results import WHOLE, CaseFigures, CaseRow, ResultRow, Total
from models.tables.roster import (
    Counter,
    DistrictRow,
    ElectionText,
    PersonRow,
    PhoneRow,
    RoleRow,
    StationRow,
    StationVersion,
)
from models.tables.sending import AlarmRow, CarrierRow

__all__ = [
    "WHOLE",
    "AlarmRow",
    "Base",
    "CarrierRow",
    "CaseFigures",
    "CaseRow",
    "Counter",
    "DeliveryReport",
    "DistrictRow",
    "ElectionText",
    "FieldNote",
    "Forgetting",
    "MessageRow",
    "OptOutRow",
    "PersonRow",
    "PhoneRow",
    "Practice",
    "QuestionRow",
    "ResultRow",
    "RoleRow",
    "SlotRow",
    "StationRow",
    "StationVersion",
    "Total",
]
