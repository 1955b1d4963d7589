"""The random examples of an ordinary run: the same in every process, whichever modules it has imported."""

from hypothesis.internal.conjecture import providers


def keep_the_same() -> None:
    """Leave out of the random examples the numbers that hypothesis reads in the source of imported modules.

    It mixes them in even where examples do not come from chance. Which modules are imported depends on which tests a
    worker was given, so a run could fail at an example that the run before, of the same commit, had not tried. There
    is no setting for it. The soak keeps them: there each run shall try others.
    """
    nothing = providers.Constants()
    providers._get_local_constants = lambda: nothing
