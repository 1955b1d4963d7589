"""Numbers as people read and write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from cascade_gui.wording import numbers

US = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)
GERMAN = QLocale(QLocale.Language.German, QLocale.Country.Germany)
FRENCH = QLocale(QLocale.Language.French, QLocale.Country.France)
SWISS = QLocale(QLocale.Language.German, QLocale.Country.Switzerland)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (144_312_000, "$144M"),
        (12_412_000, "$12.4M"),
        (0, "$0"),
        (25e6, "$25M"),
        (20e6, "$20M"),
        (1_283_000_000, "$1.28B"),
        (999_600, "$1.00M"),
        (999_400, "$999k"),
        (2_906_440, "$2.91M"),
        (817.2, "$817"),
        (12.44, "$12.4"),
        (8.1, "$8.1"),
        (0.423, "$0.42"),
        (1e-9, "<$0.01"),
        (-3_104, "-$3.10k"),
        (math.nan, "–"),
        (math.inf, "∞"),
        (3.21e12, "$3.21T"),
    ],
)
def test_that_money_has_three_significant_digits_and_a_unit(value: float, text: str) -> None:
    assert numbers.money(value, locale=US) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.619, "61.9 %"), (1, "100 %"), (0, "0.0 %"), (-0.4, "-40.0 %"), (0.00012, "0.012 %"), (12.34, "1,234 %")],
)
def test_that_shares_are_written_as_percentages(share: float, text: str) -> None:
    assert numbers.percent(share, locale=US) == text


def test_that_short_percentages_leave_out_needless_decimals() -> None:
    assert numbers.percent_short(-0.4, US) == "-40 %"
    assert numbers.percent_short(0.825, US) == "82.5 %"
    assert numbers.percent_short(0.29, US) == "29 %"
    assert numbers.percent_short(0.028, US) == "2.8 %"


@pytest.mark.parametrize(
    ("value", "text"), [(762.13, "762.1"), (1105.4, "1,105"), (0.99871, "0.9987"), (1, "1"), (9.99996, "10.00")]
)
def test_that_prices_keep_their_whole_digits(value: float, text: str) -> None:
    assert numbers.price(value, locale=US) == text


@pytest.mark.parametrize(("value", "text"), [(0.0000085, "0.0000085"), (7.8912e-10, "7.891e-10"), (1e-9, "1e-09")])
def test_that_prices_with_many_zeros_are_written_with_an_exponent(value: float, text: str) -> None:
    assert numbers.price(value, locale=US) == text
    assert numbers.parse_number(text, US) == pytest.approx(value, rel=1e-3)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1500, "1,500"), (0.95, "0.95"), (8e8, "800M"), (1e9, "1B"), (1.05e9, "1.05B"), (8e-10, "8e-10")],
)
def test_that_short_prices_have_room_on_an_axis(value: float, text: str) -> None:
    assert numbers.price_short(value, US) == text


def test_that_amounts_of_tokens_are_short_and_named() -> None:
    assert numbers.tokens(4311.2, locale=US) == "4,311.2"
    assert numbers.tokens(0.05, "WETH", US) == "0.05 WETH"
    assert numbers.tokens(12_412_000, "USDC", US) == "12.4M USDC"


def test_that_factors_have_a_times_sign() -> None:
    assert numbers.multiple(1.5512, locale=US) == "1.55 ×"


def test_that_a_health_factor_just_below_one_is_not_shown_as_one() -> None:
    assert numbers.health(0.99999, locale=US) == "0.999"
    assert numbers.health(1.0, locale=US) == "1.000"
    assert numbers.health(math.inf, locale=US) == "∞"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (12, "12 s"),
        (84, "1 min 24 s"),
        (120, "2 min"),
        (7500, "2 h 5 min"),
        (90000, "1 d 1 h"),
        (0.5, "0.5 s"),
    ],
)
def test_that_durations_have_at_most_two_units(seconds: float, text: str) -> None:
    assert numbers.duration(seconds) == text


def test_that_a_negative_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        numbers.duration(-1)


def test_that_the_full_text_has_every_digit() -> None:
    assert numbers.full(1234567.891, US) == "1,234,567.891"
    assert numbers.editable(1234567.891, US) == "1234567.891"
    assert numbers.editable(1234567.891, GERMAN) == "1234567,891"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.2M", 1.2e6),
        ("1.1M", 1_100_000.0),
        ("1.2 m", 1.2e6),
        ("$1.2bn", 1.2e9),
        ("83%", 0.83),
        ("83 %", 0.83),
        ("$1,200.5", 1200.5),
        ("1 200.5", 1200.5),
        ("1\u00a0200.5", 1200.5),
        ("1'200", 1200.0),
        ("−40", -40.0),
        ("−40 %", -0.4),
        ("-$5", -5.0),
        ("$-5", -5.0),
        ("(1,200)", -1200.0),
        ("1e6", 1e6),
        (".5", 0.5),
        ("5.", 5.0),
        ("+3", 3.0),
        ("1,00,000", 100_000.0),
        ("1.55 ×", 1.55),
        (" 12 USD ", 12.0),
        ("1.5k", 1500.0),
    ],
)
def test_that_numbers_are_read_as_people_write_them(text: str, value: float) -> None:
    assert numbers.parse_number(text, US) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "abc",
        "1,2",
        "1.2.3",
        "1,200,5",
        "1.200,5",
        "12 34",
        "nan",
        "inf",
        "1e999",
        "--5",
        "-(5)",
        "5 %M",
        "€5",
        "$",
        ".",
        "5M %",
        "=1+1",
    ],
)
def test_that_text_that_is_no_number_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        numbers.parse_number(text, US)


def test_that_a_foreign_separator_is_refused_with_an_example_of_the_right_one() -> None:
    with pytest.raises(ValueError, match=r"as in 1,234\.5"):
        numbers.parse_number("1.200,5", US)


def test_that_the_separators_of_the_locale_hold() -> None:
    assert numbers.parse_number("1.200,5", GERMAN) == 1200.5
    assert numbers.parse_number("1 200,5", FRENCH) == 1200.5
    assert numbers.parse_number("1\u202f200,5 %", FRENCH) == 12.005
    assert numbers.parse_number("1’200.5", SWISS) == 1200.5
    with pytest.raises(ValueError, match="not a number here"):
        numbers.parse_number("1841.62", GERMAN)


def test_that_the_c_locale_is_read_and_written_as_us_english() -> None:
    assert numbers.count(5103, QLocale.c()) == "5,103"
    assert numbers.parse_number("5,103", QLocale.c()) == 5103


def test_that_shares_are_read_with_and_without_a_percent_sign() -> None:
    assert numbers.parse_share("83%", US) == 0.83
    assert numbers.parse_share("0.83", US) == 0.83
    assert numbers.parse_share("83", US, bare_is_percent=True) == 0.83
    assert numbers.parse_share("83 %", US, bare_is_percent=True) == 0.83


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([US, GERMAN, FRENCH, SWISS]))
def test_that_full_and_editable_text_read_back_to_the_same_number(value: float, locale: QLocale) -> None:
    assert numbers.parse_number(numbers.editable(value, locale), locale) == value
    assert numbers.parse_number(numbers.full(value, locale), locale) == value


@given(st.text(max_size=12))
def test_that_reading_gives_a_finite_number_or_a_value_error(text: str) -> None:
    try:
        value = numbers.parse_number(text, US)
    except ValueError:
        return
    assert math.isfinite(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [(8942941.353552487, "8,942,941.35"), (0.0008935137882, "0.000893514"), (1.5, "1.5"), (0, "0"), (7e-12, "7e-12")],
)
def test_that_numbers_that_are_looked_over_have_few_digits(value, text):
    assert numbers.looked_over(value, QLocale("en_US")) == text


@pytest.mark.parametrize(
    ("value", "text"), [(1.55, "1.55 ×"), (0.1, "0.10 ×"), (0.155, "0.155 ×"), (0.033, "0.033 ×"), (0.0, "0.00 ×")]
)
def test_that_a_small_factor_is_the_number_that_its_percentage_is(value, text):
    assert numbers.multiple(value) == text
