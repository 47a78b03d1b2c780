"""Moments as an operator types them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.election import ReminderPlan
from gateway.commands.moments import a_moment
from notify.reminder import Reminder
from tests.databases import only_sqlite
from tests.elections import REFERENCE

BERLIN = ZoneInfo("Europe/Berlin")
TURNED_BACK = datetime(2024, 10, 27, 1, tzinfo=UTC)  # 3 o'clock, which becomes 2


@only_sqlite
@pytest.mark.parametrize(("ago", "before"), [("2h", timedelta(hours=2)), ("90m", timedelta(minutes=90))])
def test_so_long_ago_is_that_long_also_where_the_clock_was_turned_back_since(city_with, ago, before):
    city = city_with(replace(REFERENCE, timezone=BERLIN))
    city.now = TURNED_BACK + timedelta(hours=1)

    assert a_moment(city.service, ago) == city.now - before


def test_a_reminder_is_of_no_use_an_hour_later_also_where_the_clock_is_turned_back():
    election = replace(REFERENCE, timezone=BERLIN, opens=None, closes=None)
    plan = ReminderPlan(datetime(2024, 10, 27, 2, 30, tzinfo=BERLIN), "results")
    minutes_late = (-1, 1, 59, 61, 119)

    due = [
        Reminder(election, plan, plan.at.astimezone(UTC) + timedelta(minutes=each)).is_due
        for each in minutes_late
    ]

    assert due == [False, True, True, False, False]
