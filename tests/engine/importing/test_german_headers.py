"""Books of German banks: their columns are known by the words that such tables use, in every spelling."""

from __future__ import annotations

import pytest

from engine.importing.book_reading import read_book
from engine.importing.choices import ImportChoices
from engine.importing.read_source import read_source

HEADS = (
    "Konto;Sicherheit;Menge Sicherheit;Schuldwaehrung;Schuld;Beleihungsgrenze;Liquidationsbonus",
    "Kontonummer;Sicherheitswährung;Sicherheitenmenge;Schuldwährung;Schuldbetrag;Liquidationsschwelle;Liquidationsaufschlag",
    "Kunde;Besicherung;Besicherungsmenge;Kreditwährung;Kreditbetrag;Schwelle;Bonus",
    "Kontoinhaber;Pfand;Pfandmenge;Währung der Schuld;Höhe der Schuld;Liquidationsgrenze;Prämie",
    "Kreditnehmer;Collateral;Collateral-Menge;Darlehenswährung;Darlehenssumme;LTV-Grenze;Liquidationsprämie",
    "KONTO-ID;SICHERHEITEN-ASSET;MENGE DER SICHERHEITEN;SCHULD-ASSET;SCHULDENSALDO;BELEIHUNGSGRENZE (%);BONUS IN %",
    "Vertragsnr.;Art der Sicherheit;Betrag der Sicherheit;Kreditwährung;Kredit;Beleihungsgrenze in %;Bonus in Prozent",
)
ROLES = (
    "account", "collateral_asset", "collateral_amount", "debt_asset", "debt_amount", "liquidation_threshold",
    "liquidation_bonus",
)  # fmt: skip
ROWS = "a;WETH;12,5;USDC;18.250,75;83 %;5 %\nb;WBTC;0,8;USDC;31.000,00;75 %;6 %\n"


def reading_of(tmp_path, head, rows=ROWS):
    path = tmp_path / "bestand.csv"
    path.write_text(f"{head}\n{rows}", encoding="utf-8")
    return read_book(read_source(path), ImportChoices())


@pytest.mark.parametrize("head", HEADS)
def test_that_all_columns_of_a_german_book_are_known(tmp_path, head):
    reading = reading_of(tmp_path, head)
    assert not reading.notes.questions
    assert {role: columns[0] for role, columns in reading.columns.items()} == dict(
        zip(ROLES, head.split(";"), strict=True)
    )
    assert reading.loans.debt_amount.tolist() == [18250.75, 31000.0]
    assert reading.loans.liquidation_threshold.tolist() == [0.83, 0.75]


def test_that_a_table_that_nothing_tells_is_asked_whether_a_row_is_a_loan_before_what_it_has_no_word_of(tmp_path):
    reading = reading_of(tmp_path, "Konto;Sicherheit;Menge Sicherheit;X;Y;Z;V")
    (question,) = (each for each in reading.notes.questions if each.role == "shape")
    assert question.answers[0].change == {"shape": "loans"}
    assert question.answers[0].label.startswith("a loan")
