"""is_iban takes an account number in its electronic form whose check digits are right, and nothing else."""

import pytest

from tests.factories import value

pytestmark = pytest.mark.django_db
RIGHT = [
    "LU280019400644750000", "DE89370400440532013000", "GB29NWBK60161331926819", "CH9300762011623852957",
    "FR1420041010050500013M02606", "NO9386011117947", "MT84MALT011000012345MTLCAST001S",
]  # fmt: skip


@pytest.mark.parametrize("number", RIGHT)
def test_it_takes(app_connection, number):
    assert value(app_connection(), "select app.is_iban(%s)", number) is True


@pytest.mark.parametrize("number", RIGHT)
def test_one_wrong_digit_or_two_changed_places_are_refused(app_connection, number):
    ask, connection = "select app.is_iban(%s)", app_connection()
    for at in range(2, len(number)):
        other = str((int(number[at]) + 1) % 10) if number[at].isdigit() else ("B" if number[at] == "A" else "A")
        assert value(connection, ask, number[:at] + other + number[at + 1 :]) is False, at
    for at in range(4, len(number) - 1):
        swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        assert value(connection, ask, swapped) is (swapped == number), at


@pytest.mark.parametrize(
    "number",
    [
        "", "LU", "LU28 0019 4006 4475 0000", "lu280019400644750000", " LU280019400644750000", "LU280019400644750000\n",
        "LU28001940064475000", "LU2800194006447500001", "280019400644750000LU", "ÄU280019400644750000",
        "LU280019400644750٠00", "LU280019400644750000" * 3, "XX00" + "0" * 14, "AA01" + "0" * 14,
    ],
)  # fmt: skip
def test_it_refuses(app_connection, number):
    assert value(app_connection(), "select app.is_iban(%s)", number) is False


def test_check_digits_that_no_bank_gives_are_refused_though_they_divide(app_connection):
    """00 and 97, 01 and 98, 02 and 99 leave the same rest, and only 02 to 98 are given: of each number one is right."""
    every = app_connection().execute(
        "select max(c), min(c) from (select count(*) c from generate_series(0, 200) k, generate_series(0, 99) n"
        " where app.is_iban('LU' || to_char(n, 'FM00') || to_char(k, 'FM0000000000000000')) group by k) x"
    )
    assert every.fetchone() == (1, 1)


def test_nothing_is_neither(app_connection):
    assert value(app_connection(), "select app.is_iban(null)") is None
