"""Every exception valuealign raises on purpose.

::

    ValuealignError
    ├── FileError (ValueError)            a file says something it may not; knows the place
    │   ├── InstrumentError               an instrument file does
    │   │   ├── InstrumentNotFound        no instrument of that name
    │   │   └── WordingError              an official wording does not fit its instrument
    │   ├── RuleError                     a rule that rates replies does, or there is none
    │   ├── StimulusError                 a set of stimuli does, or there is no set of that name
    │   └── StudyError                    a study file does, or there is no study of that name
    ├── PersonaError (ValueError)         a persona file cannot be used
    ├── PlanError (ValueError)            an administration that cannot be planned
    ├── AdministrationError (RuntimeError)
    │   ├── CircuitOpen                   the run only fails; it was stopped at once
    │   ├── BudgetExceeded                the next request could exceed the budget
    │   └── ServedModelChanged            what answers is not what answered before
    ├── StoreError (RuntimeError)         the store cannot be read or written
    │   └── StoreSchemaError              the store was written by a newer valuealign
    ├── LocalModelError (RuntimeError)    the bundled model cannot be fetched or served
    └── AnalysisError (ValueError)        a statistic that has no value here
        ├── ModelSyntaxError              lavaan syntax that does not parse
        ├── DataError                     data the statistic cannot take
        │   ├── ConstantItem              an item without variance
        │   ├── SingularCovariance        a covariance that has no inverse
        │   ├── TooFewRows                fewer rows than the statistic needs
        │   └── ArgumentError (TypeError) an argument of the wrong type or out of range
        ├── NotIdentified                 a model with no unique solution
        ├── NotConverged                  no optimum was found; there is no result
        └── NotSupported                  asked of an engine or of moments that cannot do it

Each inherits the builtin a caller would expect. Where an error is about a place, its
fields hold the place; ``str(error)`` says what was found, what was expected, what to do.
"""

from __future__ import annotations

from pathlib import Path


class ValuealignError(Exception):
    """The root: catch this to catch everything valuealign raises on purpose."""


class FileError(ValuealignError, ValueError):
    """A file says something it may not.

    Parameters
    ----------
    found : str
        What stands there.
    expected : str, optional
        What should stand there.
    hint : str, optional
        What to do about it.
    path : Path or str, optional
        The file.
    line : int, optional
        The line, counted from 1.

    Examples
    --------
    >>> print(FileError("scale 'POD' names item 'pvq70'", hint="did you mean 'pvq07'?",
    ...                 path="pvq-rr.yaml", line=41))
    pvq-rr.yaml:41: scale 'POD' names item 'pvq70'; did you mean 'pvq07'?
    """

    def __init__(
        self,
        found: str,
        *,
        expected: str | None = None,
        hint: str | None = None,
        path: Path | str | None = None,
        line: int | None = None,
    ) -> None:
        self.found = found
        self.expected = expected
        self.hint = hint
        self.path = path
        self.line = line
        place = "" if path is None else f"{path}:{line}: " if line else f"{path}: "
        text = place + found
        if expected:
            text += f"; expected {expected}"
        if hint:
            text += f"; {hint}"
        super().__init__(text)


class InstrumentError(FileError):
    """An instrument file says something it may not."""


class StudyError(FileError):
    """A study file says something it may not, or there is no study of that name."""


class StimulusError(FileError):
    """A set of stimuli says something it may not, or there is no set of that name."""


class RuleError(FileError):
    """A rule that rates replies is not there, or its file says something it may not."""


class InstrumentNotFound(InstrumentError, LookupError):
    """No instrument of that name, and no file at that path."""


class WordingError(InstrumentError):
    """An official wording does not fit its instrument (count, order, duplicates, direction)."""


class PersonaError(ValuealignError, ValueError):
    """A persona file cannot be used."""


class PlanError(ValuealignError, ValueError):
    """An administration that cannot be planned as asked."""


class AdministrationError(ValuealignError, RuntimeError):
    """An administration stopped; what was answered is in the store."""


class CircuitOpen(AdministrationError):
    """The run only fails (bad key, wrong model, no quota); it was stopped at once."""


class BudgetExceeded(AdministrationError):
    """The next request could exceed the budget; nothing more was sent."""


class ServedModelChanged(AdministrationError):
    """The served model, its fingerprint or the instrument changed in mid-plan."""


class StoreError(ValuealignError, RuntimeError):
    """The store cannot be opened, read or written."""


class StoreSchemaError(StoreError):
    """The store's schema is not one this version can use."""


class LocalModelError(ValuealignError, RuntimeError):
    """The bundled small model cannot be fetched or served."""


class AnalysisError(ValuealignError, ValueError):
    """A statistic that has no value for what was given."""


class ModelSyntaxError(AnalysisError):
    """Model syntax that does not parse.

    Parameters
    ----------
    message : str
        What was found, what was expected.
    line, column : int
        The place in the model text, both counted from 1.
    """

    def __init__(self, message: str, *, line: int, column: int) -> None:
        self.message = message
        self.line = line
        self.column = column
        super().__init__(f"model:{line}:{column}: {message}")


class DataError(AnalysisError):
    """Data that the statistic cannot take."""


class ConstantItem(DataError):
    """An item that does not vary carries no information about a covariance."""


class SingularCovariance(DataError):
    """A covariance matrix without an inverse."""


class TooFewRows(DataError):
    """Fewer rows than the statistic needs."""


class ArgumentError(DataError, TypeError):
    """An argument of the wrong type, or out of its range."""


class NotIdentified(AnalysisError):
    """A model whose parameters have no unique solution."""


class NotConverged(AnalysisError, ArithmeticError):
    """No optimum was found, so there is no result."""


class NotSupported(AnalysisError):
    """Asked of an engine, or of sufficient statistics, that cannot answer it."""


class InstrumentDiffers(UserWarning):
    """The instrument that was named is not the one that was administered; the latter is used."""
