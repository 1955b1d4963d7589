"""Who takes over collateral and debt, and how (Method, section 7, "Who settles"): one folder a kind.

`engine.settlement.step` hands the candidates of a round to the settlements of their markets. A settlement is a
`engine.settlement.base.Settlement`; what it may read and change of a round is its
`engine.settlement.turn.RoundSettlement`.
"""
