"""How often the cautions of the reading pane are right on the sample's mail: no crying wolf."""

from sample.mails import SampleMail
from sample.management.commands.measure_cautions import FROM_OUTSIDE, measured


def test_alarms_are_raised_for_all_harmful_mail_and_for_nothing_else(
    mails: list[SampleMail],
) -> None:
    raised, right, missed, harmful, total = measured(mails)
    alarms = {title for title in raised if title and not title.startswith(FROM_OUTSIDE)}
    assert missed == 0
    assert sum(raised[title] for title in alarms) >= harmful > 0
    assert {title: raised[title] - right[title] for title in alarms} == dict.fromkeys(alarms, 0)
    first = f"{FROM_OUTSIDE}, qui vous écrit pour la première fois."
    assert raised[first] < total / 10
