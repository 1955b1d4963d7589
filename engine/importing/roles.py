"""What a column can mean in a loan book, and the names that are taken for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from engine.importing.german_names import EITHER as GERMAN_EITHER
from engine.importing.german_names import GERMAN

Kind = Literal["name", "number", "any"]


@dataclass(frozen=True, slots=True)
class Role:
    """One thing that a column can mean.

    Parameters
    ----------
    name
        As options and mapping files call it.
    label
        As people call it.
    kind
        Whether its cells are names or numbers; a column of the other kind is not taken for it.
    names
        Column names that are taken for it, in lower case without signs and units, the likeliest first.
    """

    name: str
    label: str
    kind: Kind
    names: tuple[str, ...]


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_PRICES = _split("priceusd usdprice priceinusd price oracleprice pricedollar marketprice")

ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        Role("account", "Account", "any", _split(
            "account accountid accountaddress owner owneraddress borrower borroweraddress user userid "
            "useraddress wallet walletid walletaddress holder trader traderaddress address onbehalf "
            "onbehalfof vaultowner vault vaultid cdp cdpid urn trove troveid position positionid loan loanid "
            "obligor obligation client customer id key konto kontonr kontonummer kunde kundennr kundennummer "
            "adresse depot")),
        Role("market", "Market", "any", _split(
            "market marketname protocol protocolname platform venue comptroller deployment marketuniquekey "
            "marketkey marketid pool poolname poolid ilk")),
        Role("category", "Category (efficiency mode)", "any", _split(
            "category emode emodecategory emodecategoryid emodeid emodelabel emodename efficiencymode "
            "useremode useremodecategory useremodecategoryid riskcategory emodecategoryidid emodecategoryidlabel")),
        Role("asset", "Asset", "name", _split(
            "symbol assetsymbol tokensymbol reservesymbol underlyingsymbol assetname asset token coin "
            "currency ticker tokenname reserve reservename underlying underlyingasset instrument "
            "assetaddress tokenaddress")),
        Role("collateral_asset", "Collateral asset", "name", _split(
            "collateralsymbol collateralassetsymbol collateraltokensymbol collateralasset collateraltoken "
            "collateralcurrency collateralcoin collateralname collasset colasset suppliedasset supplyasset "
            "depositasset collateral coll sicherheit")),
        Role("debt_asset", "Debt asset", "name", _split(
            "debtsymbol loansymbol borrowsymbol debtassetsymbol debttokensymbol loanassetsymbol "
            "loantokensymbol borrowassetsymbol borrowedassetsymbol debtasset debttoken debtcurrency debtcoin "
            "borrowasset borrowedasset borrowtoken borrowedtoken borrowcurrency loanasset loantoken "
            "loancurrency debt schuld")),
        Role("side", "Side", "name", _split(
            "side positionside type positiontype kind direction seite richtung islong isshort long")),
        Role("amount", "Amount (tokens)", "number", _split(
            "amount tokenamount amounttokens balance tokenbalance balanceunderlying quantity qty tokens size "
            "szi sz positionsize positionamount positionamt signedsize netposition contracts position betrag menge "
            "anzahl bestand")),
        Role("collateral_amount", "Collateral amount (tokens)", "number", _split(
            "collateralamount collateralqty collateralquantity collateraltokens collateralbalance "
            "collateralassets collateralassetamount collateraltokenamount amountcollateral collamount "
            "colamount collateraldeposited suppliedcollateral lockedcollateral collateralsize collateral "
            "coll ink sicherheitbetrag sicherheitmenge betragsicherheit mengesicherheit mengedersicherheit")),
        Role("debt_amount", "Debt amount (tokens)", "number", _split(
            "debtamount debtqty debtquantity debttokens debtbalance borrowamount borrowedamount borrowassets "
            "borrowedassets borrowbalance borrowed loanamount amountdebt amountborrowed outstanding "
            "outstandingdebt debtassets debtsize debt borrow loan schuldbetrag schuldmenge betragschuld mengeschuld "
            "betragderschuld schulden")),
        Role("supplied", "Supplied (tokens)", "number", _split(
            "supplied supply supplyamount suppliedamount supplybalance supplybalanceunderlying "
            "currentatokenbalance atokenbalance deposit deposited deposits depositamount depositedamount "
            "depositbalance lent underlyingsupply supplyunderlying totalsupplied collateralamount "
            "collateralbalance collateral ctokenbalance vtokenbalance jtokenbalance scaledatokenbalance "
            "scaledsupply balance")),
        Role("borrowed", "Borrowed (tokens)", "number", _split(
            "borrowed borrow borrows borrowamount borrowedamount borrowbalance borrowbalanceunderlying "
            "currentvariabledebt currentstabledebt currenttotaldebt variabledebt stabledebt totaldebt "
            "totalborrowed underlyingborrow borrowunderlying debt debtamount debtbalance loan "
            "storedborrowbalance scaledvariabledebt scaledborrow")),
        Role("is_collateral", "Counts as collateral", "any", _split(
            "iscollateral usageascollateralenabledonuser usageascollateralenabled usageascollateral "
            "collateralenabled enteredmarket usedascollateral useascollateral ascollateral "
            "isusedascollateral")),
        Role("liquidation_threshold", "Liquidation threshold", "number", _split(
            "liquidationthreshold liqthreshold threshold lt lltv liquidationltv liquidatecollateralfactor "
            "liquidationcollateralfactor liquidatecf reserveliquidationthreshold collateralfactor "
            "currentliquidationthreshold avgliquidationthreshold")),
        Role("liquidation_bonus", "Liquidation bonus", "number", _split(
            "liquidationbonus liqbonus bonus lb liquidationincentive incentive liquidationpenalty penalty "
            "reserveliquidationbonus liquidationfactor")),
        Role("price", "Price (USD)", "number", (*_PRICES, *_split(
            "assetprice tokenprice currentprice currentpriceusd lastprice lastpriceusd underlyingprice "
            "underlyingpriceusd spotprice indexprice markprice markpx kurs preis kursusd"))),
        Role("collateral_price", "Collateral price (USD)", "number", (*(
            f"{side}{name}"
            for side in ("collateral", "collateralasset", "collateraltoken", "coll") for name in _PRICES),
            "kurssicherheit", "kursdersicherheit")),
        Role("debt_price", "Debt price (USD)", "number", tuple(
            f"{side}{name}"
            for side in ("debt", "loan", "borrow", "debtasset", "loanasset", "borrowasset", "borrowed")
            for name in _PRICES)),
        Role("liquidation_price", "Liquidation price (USD)", "number", _split(
            "liquidationprice liqprice liqpriceusd liquidationpriceusd liqpx liquidationpx estliqprice "
            "estimatedliquidationprice")),
        Role("entry_price", "Entry price", "number", _split(
            "entryprice entrypx entry avgentryprice averageentryprice openprice avgopenprice averageprice "
            "avgprice")),
        Role("margin", "Margin", "number", _split(
            "margin marginused positionmargin initialmargin marginamount isolatedmargin usedmargin "
            "marginbalance marginusdt marginusdc collateral collateralamount")),
        Role("maintenance_margin", "Maintenance margin", "number", _split(
            "maintenancemargin maintenancemarginrate maintenancemarginratio maintenancemarginfraction "
            "maintenancemarginrequirement maintmargin maintmarginrate maintmarginratio maintenancerate mmr mmf "
            "maintenance maintenancemarginrequired maintenanceratio maintenancemarginbps maintmarginbps")),
        Role("leverage", "Leverage", "number", _split("leverage leveragevalue lev")),
        Role("unrealized_profit", "Unrealised profit", "number", _split(
            "unrealizedpnl unrealisedpnl unrealizedprofit unrealisedprofit unrealizedpl upnl upl pnl openpnl")),
        Role("margin_mode", "Margin mode", "name", _split("leveragetype marginmode margintype mode")),
        Role("margin_asset", "Margin asset", "name", _split(
            "marginasset margincoin margincurrency collateralasset collateraltoken settlementasset "
            "quoteasset")),
        Role("account_value", "Account value", "number", _split(
            "accountvalue marginsummaryaccountvalue accountequity equity totalequity walletbalance")),
        Role("collateral_usd", "Collateral (USD)", "number", _split(
            "collateralusd totalcollateralusd collateralvalueusd collateralvalue totalcollateralvalue "
            "totalcollateral totalcollateralvalueinusd suppliedusd supplyusd totalsuppliedusd totalsupplyusd "
            "depositusd depositsusd totaldepositsusd collateral")),
        Role("debt_usd", "Debt (USD)", "number", _split(
            "debtusd totaldebtusd debtvalueusd debtvalue totaldebtvalue borrowusd borrowsusd totalborrowusd "
            "totalborrowsusd totaldebt totalborrow borrowvalue totalborrowvalueinusd borrowassetsusd "
            "borrowedusd totalborrowedusd loanusd debt borrow")),
        Role("amount_usd", "Amount (USD)", "number", _split(
            "amountusd balanceusd valueusd usdvalue sizeusd usd value positionvalue positionvalueusd notional "
            "notionalvalue notionalusd positionnotional marketvalue marketvalueusd")),
        Role("health", "Health factor", "number", _split(
            "healthfactor health hf healthrate healthfactorafter currenthealth gesundheitsfaktor")),
        Role("decimals", "Decimals", "number", _split(
            "decimals assetdecimals tokendecimals underlyingdecimals reservedecimals")),
        Role("collateral_decimals", "Decimals of the collateral", "number", _split(
            "collateraldecimals collateralassetdecimals collateraltokendecimals")),
        Role("debt_decimals", "Decimals of the debt", "number", _split(
            "debtdecimals loandecimals borrowdecimals loanassetdecimals debtassetdecimals")),
        Role("time", "Time", "any", _split(
            "blocktimestamp timestamp time datetime date day blocktime snapshotdate snapshot updatedat "
            "lastupdate blockheight blocknumber block")),
    )
}  # fmt: skip
for _name, _more in GERMAN.items():
    ROLES[_name] = replace(ROLES[_name], names=tuple(dict.fromkeys((*ROLES[_name].names, *_more))))

EITHER = GERMAN_EITHER | {
    "collateral", "coll", "debt", "borrow", "loan", "position", "deposit", "supply", "borrowed", "supplied"
}  # fmt: skip
"""Names that stand for a name as well as for a number: only the cells tell."""

USD_ROLES = frozenset({"collateral_usd", "debt_usd", "amount_usd"})
TOKEN_ROLES = frozenset({"amount", "collateral_amount", "debt_amount", "supplied", "borrowed"})

SIDES: dict[str, int] = {
    **dict.fromkeys(
        ("collateral", "supply", "supplied", "supplier", "deposit", "deposited", "depositor", "lend", "lender", "lent",
         "asset", "c", "supplies", "deposits",
         "collaterals", "lends", "sicherheit", "besicherung", "guthaben", "einlage"), 0),
    **dict.fromkeys(("debt", "borrow", "borrowed", "borrower", "loan", "liability", "variable", "stable", "d",
         "borrows", "debts", "loans", "liabilities", "schuld", "schulden", "kredit", "darlehen"), 1),
}  # fmt: skip
"""Words for a side of a loan: 0 collateral, 1 debt."""

DIRECTIONS: dict[str, int] = {
    **dict.fromkeys(("long", "buy", "bid", "b", "l"), 1),
    **dict.fromkeys(("short", "sell", "ask", "s"), -1),
}
"""Words for a direction, in perpetuals and liquidation prices only."""

LONG_FLAGS: dict[str, dict[str, int]] = {
    "islong": {"true": 1, "yes": 1, "1": 1, "false": -1, "no": -1, "0": -1},
    "isshort": {"true": -1, "yes": -1, "1": -1, "false": 1, "no": 1, "0": 1},
}
"""Columns that say by yes and no which way a position is, by their names."""

BLANKS = ("", "null", "none", "nan", "<nil>", "-", "n/a")
"""How exports write that there is nothing, in lower case."""
