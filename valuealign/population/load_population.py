"""Loading of human samples: those shipped, and those the user added."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuealign.arguments import checked
from valuealign.errors import DataError, InstrumentNotFound
from valuealign.instrument.folders import data_folder, write_whole
from valuealign.instrument.load import load_instrument
from valuealign.population.answers import Answers, load_answers
from valuealign.population.answers_file import AnswersFile
from valuealign.population.companion_files import beside_of, read_gammas, read_tables
from valuealign.population.norms import Norms, load_norms
from valuealign.population.norms_file import TAGS, NormsFile
from valuealign.population.population import Population
from valuealign.population.population_file import PopulationFile
from valuealign.population.sample_check import look_at
from valuealign.population.sample_files import FOLDERS, Kind, files_of, read_checked, read_json
from valuealign.population.write_population import write_population
from valuealign.shipped import shipped
from valuealign.suggestion import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "id",
    "kind",
    "instrument",
    "people",
    "n",
    "items",
    "wording",
    "gamma",
    "tables",
    "tag",
    "source",
)


@checked
def load_population(name_or_path: str | Path) -> Population:
    """Load a human sample by its name or from a file.

    Parameters
    ----------
    name_or_path : str or Path
        One of :func:`list_populations`, or a path to a population file (JSON).

    Returns
    -------
    Population
        ``.moments``, ``.rows`` (or None) and ``.source``.

    Raises
    ------
    DataError
        No such population, or a file that is not a population file; the message names the place.

    Examples
    --------
    >>> load_population("pvq21-de-ess9")
    <Population pvq21-de-ess9: 2,246 people, Germany, residents 15+, ESS round 9 (2018), unweighted>
    """
    path, name = Path(name_or_path), str(name_or_path)
    if path.suffix.lower() != ".json":
        known = files_of("sample")
        if name not in known:
            if name in files_of("norms"):
                raise DataError(
                    f"{name} is norms (means and SDs without a covariance), no sample; load it "
                    "with load_norms"
                )
            if name in files_of("answers"):
                raise DataError(
                    f"{name} is counts of answers, no sample; load it with load_answers"
                )
            hint = did_you_mean(name, list(known))
            raise DataError(
                f"there is no population {name!r}; {hint or 'valuealign populations list'}"
            )
        path = known[name]
    source = read_checked(path, PopulationFile)
    return Population(source, tables=read_tables(path, source), gammas=read_gammas(path, source))


@checked
def list_populations(instruments: Sequence[str] | None = None) -> pd.DataFrame:
    """List the human samples, norms and answer counts.

    Parameters
    ----------
    instruments : sequence of str, optional
        Only those of these instruments.

    Returns
    -------
    DataFrame
        ``id kind instrument people n items wording gamma tables tag source``. ``kind`` is
        "sample" (a covariance: for :func:`load_population`), "norms" (means and standard
        deviations of scales: for :func:`load_norms`) or "answers" (counts of answers about
        vignettes: for :func:`load_answers`); ``tag`` says how far the last two are checked.

    Examples
    --------
    >>> "pvqrr-de-2022" in set(list_populations()["id"])
    True
    >>> list_populations(["leas"])[["id", "kind"]].to_dict("records")
    [{'id': 'leas-cz-students', 'kind': 'norms'}]
    """
    import pandas as pd

    rows = [_sample_row(path) for path in files_of("sample").values()]
    rows += [_norms_row(path) for path in files_of("norms").values()]
    rows += [_answers_row(path) for path in files_of("answers").values()]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"n": "Int64", "items": "Int64"})
    if instruments is None:
        return frame
    unknown = sorted(set(instruments) - set(frame["instrument"]))
    if unknown:
        hint = did_you_mean(unknown[0], sorted(set(frame["instrument"])))
        raise DataError(f"there are no people for instrument {unknown[0]!r}; {hint}")
    return frame[frame["instrument"].isin(list(instruments))].reset_index(drop=True)


@checked
def add_population(
    sample: str | Path | Population, *, accept: str | None = None
) -> Population | Norms | Answers:
    """Check a sample, norms or answer counts, and keep a copy in the user's data folder.

    Parameters
    ----------
    sample : str, Path or Population
        A file (JSON) of a sample, of norms or of answer counts, or the result of
        :func:`read_population`. Companion files with bivariate tables (``NAME.tables.json.gz``)
        and Gamma (``NAME.gamma.npz``) are kept with it.
    accept : str, optional
        Why a sample is accepted although its direction, item order or keys look wrong; kept as a
        flag.

    Returns
    -------
    Population, Norms or Answers
        What the file describes, ready to use and listed by `list_populations`.

    Raises
    ------
    DataError
        A file that is neither, items the instrument does not have, a sample that looks wrong, or
        a name that is taken by a shipped one.

    Examples
    --------
    >>> add_population(load_population("pvq21-de-ess9"))
    Traceback (most recent call last):
        ...
    valuealign.errors.DataError: pvq21-de-ess9 is shipped; give yours another id
    """
    if isinstance(sample, Population):
        target = keep_place("sample", sample.id)
        write_population(sample, target)
        return load_population(target)
    path = Path(sample)
    if kind_of(path) == "norms":
        norms = read_checked(path, NormsFile)
        target = keep_place("norms", norms.id)
        write_whole(target, norms.model_dump_json().encode())
        return load_norms(target)
    if kind_of(path) == "answers":
        answers = read_checked(path, AnswersFile)
        target = keep_place("answers", answers.id)
        write_whole(target, answers.model_dump_json().encode())
        return load_answers(target)
    source = read_checked(path, PopulationFile)
    target = keep_place("sample", source.id)
    flags = doubts(source)
    if flags and accept is None:
        raise DataError(
            f"{path.name}: {'; '.join(flags)}. Mend the file, or say with accept why it is right"
        )
    taken = tuple(f"{flag} (taken all the same: {accept})" for flag in flags)
    source = source.model_copy(update={"flags": (*source.flags, *taken)})
    read_tables(path, source)
    read_gammas(path, source)
    target.parent.mkdir(parents=True, exist_ok=True)
    for companion in beside_of(path):
        shutil.copyfile(companion, target.parent / (source.id + companion.name[len(path.stem) :]))
    write_whole(target, source.model_dump_json().encode())
    return load_population(target)


def kind_of(name: str | Path) -> Kind:
    """Say whether a name or file holds norms or answers; otherwise it is taken for a sample."""
    path = Path(name)
    others: tuple[Kind, ...] = ("norms", "answers")
    if path.suffix.lower() != ".json":
        return next((kind for kind in others if str(name) in files_of(kind)), "sample")
    value = read_json(path)
    stated = value.get("kind") if isinstance(value, dict) else None
    return next((kind for kind in others if kind == stated), "sample")


def doubts(source: PopulationFile) -> tuple[str, ...]:
    """Return contradictions between a sample and its instrument.

    Parameters
    ----------
    source : PopulationFile

    Returns
    -------
    tuple of str

    Raises
    ------
    DataError
        An item that the instrument does not have.
    """
    import numpy as np

    try:
        instrument = load_instrument(source.instrument)
    except InstrumentNotFound:
        return ()
    strange = [item for item in source.items if item not in instrument.item_ids]
    if strange:
        hint = did_you_mean(strange[0], instrument.item_ids)
        raise DataError(f"{source.id}: {instrument.id} has no item {strange[0]!r}; {hint}")
    return look_at(
        np.array(source.mean), np.array(source.covariance), source.items, instrument
    ).wrong


def keep_place(kind: Kind, name: str) -> Path:
    """Return the path at which the user's own file of that name is kept.

    Raises
    ------
    DataError
        The name is taken by a shipped one.
    """
    if (shipped("populations").parent / FOLDERS[kind] / f"{name}.json").exists():
        raise DataError(f"{name} is shipped; give yours another id")
    return data_folder() / FOLDERS[kind] / f"{name}.json"


def _sample_row(path: Path) -> dict[str, Any]:
    sample = read_checked(path, PopulationFile)
    companions = [each.name for each in beside_of(path)]
    gammas = sum(name.endswith("gamma.npz") for name in companions)
    return {
        "id": sample.id,
        "kind": "sample",
        "instrument": sample.instrument,
        "people": sample.population,
        "n": sample.n_complete,
        "items": len(sample.items),
        "wording": sample.wording.kind,
        "gamma": None if not gammas else "all items" if gammas == 1 else f"{gammas} blocks",
        "tables": "all pairs" if any(n.endswith("tables.json.gz") for n in companions) else None,
        "tag": None,
        "source": sample.source,
    }


def _norms_row(path: Path) -> dict[str, Any]:
    norms = load_norms(path)
    norms_file = norms.source
    return {
        "id": norms_file.id,
        "kind": "norms",
        "instrument": norms_file.instrument,
        "people": norms_file.population,
        "n": norms.n,
        "items": sum(norms_file.n_items.values()) or None,
        "wording": norms_file.wording.kind,
        "gamma": None,
        "tables": None,
        "tag": TAGS[norms_file.tag],
        "source": norms_file.source,
    }


def _answers_row(path: Path) -> dict[str, Any]:
    source = load_answers(path).source
    return {
        "id": source.id,
        "kind": "answers",
        "instrument": source.instrument,
        "people": source.population,
        "n": source.n_rows,
        "items": len({cell.item for cell in source.cells}),
        "wording": source.wording.kind,
        "gamma": None,
        "tables": None,
        "tag": TAGS[source.tag],
        "source": source.source,
    }
