"""Parameters by path: what the panel, ``--set`` and sweeps use."""

from __future__ import annotations

import pytest

import engine
from engine.scenario import parameter_paths
from tests.engine.scenario.test_parameters import small


@pytest.fixture
def parameters():
    data = small()
    data["assets"]["USDC.e"] = {"price": 1}
    data["shock"]["returns"]["USDC.e"] = -0.05
    return engine.from_dict(data).parameters


def test_that_a_value_is_replaced_and_the_old_parameters_stay(parameters):
    path = "markets.compound.rules.close.close_factor"
    new = parameter_paths.replace(parameters, path, 1)
    assert parameter_paths.get(new, path) == 1
    assert parameter_paths.get(parameters, path) == 0.5


def test_that_a_new_entry_of_a_table_can_be_set(parameters):
    new = parameter_paths.replace(parameters, "shock.returns.USDC", -0.1)
    assert new.shock.returns["USDC"] == -0.1


def test_that_a_name_with_a_dot_is_found(parameters):
    assert parameter_paths.get(parameters, "shock.returns.USDC.e") == -0.05
    assert parameter_paths.get(parameters, "assets.USDC.e.price") == 1


def test_that_a_group_of_another_kind_can_be_set_whole(parameters):
    new = parameter_paths.replace(parameters, "assets.WETH.liquidity", {"model": "infinite"})
    assert new.assets["WETH"].liquidity.model == "infinite"


def test_that_another_kind_starts_from_its_own_defaults(parameters):
    settlement = "markets.compound.rules.settlement"
    auctions = parameter_paths.replace(parameters, f"{settlement}.kind", "auction")
    assert parameter_paths.get(auctions, f"{settlement}.curve.cut") == 0.99
    steeper = parameter_paths.replace(auctions, f"{settlement}.curve.cut", 0.9)
    assert parameter_paths.get(steeper, f"{settlement}.curve.step_rounds") == 8
    same = parameter_paths.replace(steeper, f"{settlement}.kind", "auction")
    assert parameter_paths.get(same, f"{settlement}.curve.cut") == 0.9
    absorbed = parameter_paths.replace(steeper, f"{settlement}.kind", "absorb")
    assert parameter_paths.get(absorbed, f"{settlement}.penalty") == 0.05
    assert parameter_paths.get(parameter_paths.replace(absorbed, f"{settlement}.kind", "liquidator"), settlement) == {
        "kind": "liquidator"
    }


def test_that_a_kind_that_needs_more_says_what(parameters):
    auctions = parameter_paths.replace(parameters, "markets.compound.rules.settlement.kind", "auction")
    with pytest.raises(engine.BadInput, match=r"curve\.rounds: missing"):
        parameter_paths.replace(auctions, "markets.compound.rules.settlement.curve.kind", "linear")
    line = parameter_paths.replace(
        auctions, "markets.compound.rules.settlement.curve", {"kind": "linear", "rounds": 60}
    )
    assert parameter_paths.get(line, "markets.compound.rules.settlement.curve.rounds") == 60


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("liquidators.priorty", "book", "did you mean priority?"),
        ("liquidators.priority", "size", "'largest_debt', 'lowest_health'"),
        ("nowhere.at.all", 1, "nowhere"),
        ("simulation.seed.deeper", 1, "nothing within"),
        ("cross_impact.0.share", 1, "nothing within"),
        ("", 1, "an empty key"),
    ],
)
def test_that_a_bad_path_or_value_is_refused(parameters, path, value, said):
    with pytest.raises(engine.BadInput, match=r".") as caught:
        parameter_paths.replace(parameters, path, value)
    assert said in str(caught.value)


def test_that_a_description_holds_what_the_declaration_says(parameters):
    info = parameter_paths.describe(parameters, "markets.compound.rules.close.close_factor")
    assert (info.label, info.unit, info.kind) == ("Close factor", "share", "number")
    assert (info.minimum, info.minimum_excluded, info.maximum) == (0, True, 1)
    assert info.default == 0.5


def test_that_a_description_knows_choices_variants_and_absence(parameters):
    describe = parameter_paths.describe
    assert describe(parameters, "liquidators.priority").choices["book"] == "order of the book"
    assert describe(parameters, "assets.WETH.liquidity").kind == "variant"
    assert describe(parameters, "assets.WETH.liquidity").choices["curve"] == "Measured curve"
    capacity = describe(parameters, "liquidators.capacity_usd_per_round")
    assert capacity.optional
    assert capacity.empty == "unlimited"
    assert describe(parameters, "shock.returns.WETH").label == "WETH"
    assert describe(parameters, "liquidators.buy_debt").kind == "flag"


def test_that_there_is_no_description_of_what_does_not_exist(parameters):
    with pytest.raises(engine.BadInput, match="no such parameter"):
        parameter_paths.describe(parameters, "liquidators.speed")


def test_that_the_plain_form_is_made_once_and_lives_with_its_parameters(parameters):
    other = parameter_paths.replace(parameters, "liquidators.latency_rounds", 3)
    plain = parameters.plain
    assert other.plain["liquidators"]["latency_rounds"] == 3
    assert parameters.plain is plain
    assert plain == parameters.complete_dict()


def test_that_a_copy_with_other_values_has_a_plain_form_of_its_own(parameters):
    assert parameters.plain["name"] != "copied"
    assert parameters.model_copy(update={"name": "copied"}).plain["name"] == "copied"


def test_that_parameters_whose_plain_form_was_asked_for_are_written_and_equal_as_before(parameters):
    twin = type(parameters).from_dict(parameters.to_dict())
    before = parameters.to_dict()
    assert parameters.plain
    assert parameters.to_dict() == before
    assert parameters == twin
