"""The parts of a study that are frozen, each with a hash of its content."""

from __future__ import annotations

from collections.abc import Sequence

from valuealign.content import content_id
from valuealign.population.answers import load_answers
from valuealign.population.load_population import load_population
from valuealign.study.study import Study

DESCRIPTION = ("id", "title", "question", "citation", "published", "notes")
"""Fields of a study file that describe it and change neither data nor analysis."""


def study_parts(study: Study) -> dict[str, str]:
    """Return each part of a study with the hash of its content.

    The hashes are made from values, not from files: white space, comments and the order of keys
    in a file do not count. The order of a list counts, and that of levels and of groups, which says
    what is compared with what.

    Parameters
    ----------
    study : Study
        As it is carried out, with settings that were changed for this run.

    Returns
    -------
    dict of str to str
        "design", "checks", "description", "rules", and "personas", "instrument ID", "stimuli ID",
        "human sample ID" and "answers ID" where the study has them; each with sixteen hex digits.

    Examples
    --------
    >>> import valuealign as va
    >>> list(study_parts(va.load_study("levkovich-2023-suicide")))
    ['design', 'checks', 'description', 'rules', 'instrument crisis-outlook', \
'stimuli burden-belonging']
    """
    content = study.file.model_dump(mode="json", exclude_defaults=True)
    content |= {"limit": study.limit} if study.limit else {}
    described = {name: content.pop(name) for name in DESCRIPTION if name in content}
    checks = content.pop("checks", [])
    if "groups" in content:
        content["groups"] = [
            each | {"people": list(each["people"].items())} for each in content["groups"]
        ]
    # Instruments and stimuli are named as files or by id; their content has hashes of its own.
    parts = {
        "design": content_id(content),
        "checks": content_id({"checks": checks}),
        "description": content_id(described),
        "rules": content_id(study.rules.model_dump(mode="json", exclude_defaults=True)),
    }
    if study.personas:
        people = [person.content() for person in study.personas]
        parts["personas"] = content_id({"personas": people})
    for instrument in (*study.instruments.values(), *study.rubrics.values()):
        parts[f"instrument {instrument.id}"] = instrument.hash
    for chosen in study.about.values():
        levels = {"factors": list(chosen.stimuli.factors.items())}
        parts[f"stimuli {chosen.id}"] = content_id({**chosen.content(), **levels})
    for name in study.answers.values():
        answers = load_answers(name).source
        parts[f"answers {answers.id}"] = content_id(answers.model_dump(mode="json"))
    for name in human_samples(study):
        source = load_population(name).source
        parts[f"human sample {source.id}"] = content_id(source.model_dump(mode="json"))
    return parts


def human_samples(study: Study) -> Sequence[str]:
    """Return the names of the human samples that a study compares with, each once."""
    of_groups = (name for each in study.file.groups for name in each.people.values())
    of_scales = (name for each in study.file.scales for name in each.people.values())
    return tuple(dict.fromkeys([*study.populations.values(), *of_groups, *of_scales]))
