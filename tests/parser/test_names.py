"""What a substitute is called, by what was typed beside the phone."""

import pytest

from parser.names import name_in


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Siti Aminah", "Siti Aminah"),
        ("dengan Siti", "Siti"),
        ("monitor dengan Siti", "Siti"),
        ("nomor baru atas nama Siti Aminah", "Siti Aminah"),
        ("a.n. Siti", "Siti"),
        ("a/n Siti", "Siti"),
        ("jadi Siti", "Siti"),
        ("menjadi", ""),
        ("Siti Aminah terima kasih ya pak", "Siti Aminah"),
        ("Siti, terima kasih", "Siti"),
        ("Siti please", "Siti"),
        ("Siti Aminah, tolong ya pak", "Siti Aminah"),
        ("Baru Siti", "Siti"),
        ("dengan Siti Aminah, nomor HP", "Siti Aminah"),
        ("Siti dengan nomor baru", "Siti"),
        ("An Nisa", "An Nisa"),
        ("Siti Kasih", "Siti Kasih"),
        ("Monitor 12", "Monitor 12"),
        ("hp baru", ""),
        ("Siti Aminah ya pak", "Siti Aminah"),
        ("Kasih", "Kasih"),
        ("Saksi", "Saksi"),
        ("monitor dengan", ""),
        ("ya pak", ""),
        ("terima kasih", ""),
        ("ke", ""),
        ("", ""),
    ],
)
def test_a_substitute_is_called_by_their_name_alone(typed, name):
    assert name_in(typed) == name
