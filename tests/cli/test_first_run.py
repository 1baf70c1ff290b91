"""A person who has just installed valuealign, and the commonest mistakes: each gets a next step."""

import shutil
from importlib.machinery import ModuleSpec

import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign import local
from valuealign.errors import DataError, LocalModelError, PersonaError, StudyError, ValuealignError
from valuealign.instrument.file_kind import INSTRUMENT, kind_of_file, misplaced
from valuealign.shipped import shipped
from valuealign.study.anchor.load_anchor import load_anchor
from valuealign.study.new_study import write_study

ANSWERS = "PVQ-21\npvq-21\nlocal sim:human\npvq21-us-gss2012\n2.5\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments, **more):
    return CliRunner().invoke(valuealign, list(arguments), **more)


def test_the_command_alone_names_what_to_type_first():
    shown = run()
    assert shown.exit_code == 0
    assert [line.split()[1] for line in shown.stdout.splitlines()[1:]] == [
        "demo",
        "new",
        "doctor",
        "--help",
    ]
    assert all(len(line) <= 80 for line in shown.stdout.splitlines())


def test_four_answers_make_a_study_that_runs(here):
    shown = run("new", "mine.yaml", input=ANSWERS)
    assert shown.exit_code == 0, shown.stderr
    assert "did you mean 'pvq-21'?" in shown.stderr  # the first answer was not an instrument
    study = va.load_study(here / "mine.yaml")
    assert study.id == "mine"
    assert study.file.models == ("local", "sim:human")
    assert study.populations == {"pvq-21": "pvq21-us-gss2012"}
    assert study.file.budget == 2.5
    assert study.file.instruments[0].occasions == 3
    assert f"{study.n_requests * 2:,} requests to 2 models" in shown.stderr
    command = shown.stderr.strip().splitlines()[-1].removeprefix("next: valuealign ")
    assert run(*command.split()).exit_code == 0


def test_options_are_not_asked_for(here):
    options = ["--instrument", "crisis-outlook", "--about", "burden-belonging", "--budget", "0"]
    shown = run("new", *options, "--model", "sim:vignette", "--json", input="")
    assert shown.exit_code == 0, shown.stderr
    study = va.load_study(here / "study.yaml")
    assert f'"requests": {study.n_requests}' in shown.stdout
    assert study.file.budget is None
    assert list(study.about) == ["crisis-outlook"]


def test_an_own_instrument_beside_the_study_is_taken(here):
    shutil.copy(shipped("instruments") / "pvq-21.yaml", here / "own.yaml")
    text = (here / "own.yaml").read_text("utf-8").replace("id: pvq-21", "id: own", 1)
    (here / "own.yaml").write_text(text, "utf-8")
    shown = run("new", "--instrument", "own.yaml", "--model", "local", "--budget", "0")
    assert shown.exit_code == 0, shown.stderr
    assert "there is no human sample of own" in shown.stderr
    assert va.load_study(here / "study.yaml").file.instruments[0].instrument == "own.yaml"


def test_an_existing_file_stays_and_a_wrong_one_is_not_left_behind(here):
    (here / "study.yaml").write_text("mine")
    with pytest.raises(StudyError, match="exists already"):
        write_study(here / "study.yaml", ["pvq-21"])
    assert (here / "study.yaml").read_text() == "mine"
    with pytest.raises(ValuealignError):
        write_study(here / "other.yaml", ["pvq-21"], people={"pvq-21": "no-such-sample"})
    assert not (here / "other.yaml").exists()


def test_a_studys_own_budget_holds_unless_another_is_named(here):
    from valuealign.study.run_study import conditions_of

    study = va.load_study(write_study(here / "a.yaml", ["pvq-21"], budget=1.5))
    assert conditions_of(study).budget == 1.5
    assert conditions_of(study, budget=0.5).budget == 0.5
    assert conditions_of(va.load_study(write_study(here / "b.yaml", ["pvq-21"]))).budget is None


FILES = {
    "instrument": shipped("instruments") / "rmet.yaml",
    "study": shipped("studies") / "levkovich-2023-suicide.yaml",
    "stimuli": shipped("stimuli") / "burden-belonging.yaml",
    "anchor": shipped("studies") / "anchors" / "siri2-2025.yaml",
}
LOADERS = {
    "instrument": (va.load_instrument, "valuealign administer --instrument FILE"),
    "study": (va.load_study, "valuealign study run FILE"),
    "stimuli": (va.load_stimuli, "--about FILE"),
    "anchor": (load_anchor, "valuealign study check FILE"),
}


@pytest.mark.parametrize("wanted", LOADERS)
@pytest.mark.parametrize("given", FILES)
def test_a_file_of_another_kind_is_named_with_the_command_that_takes_it(given, wanted):
    if given == wanted:
        return
    with pytest.raises(ValuealignError) as caught:
        LOADERS[wanted][0](FILES[given])
    assert "this file is a" in str(caught.value)
    assert LOADERS[given][1] in str(caught.value)


def test_rules_and_personas_of_another_kind_are_named_too():
    with pytest.raises(DataError, match=r"this file is a study.*valuealign study run FILE"):
        va.load_rules(FILES["study"])
    with pytest.raises(PersonaError, match=r"this file is a set of stimuli.*--about FILE"):
        va.load_personas(FILES["stimuli"])


@pytest.mark.parametrize("check", ["instruments", "stimuli"])
def test_the_linter_says_only_that_the_file_is_of_another_kind(check):
    shown = run(check, "check", str(FILES["study"]))
    assert shown.exit_code == 1
    (line,) = shown.stdout.splitlines()
    assert "this file is a study" in line


def test_a_file_of_the_right_kind_with_a_fault_keeps_the_faults_line():
    assert misplaced(["response_scale", "items", "titel"], INSTRUMENT) is None
    assert misplaced(["id"], INSTRUMENT) is None
    assert kind_of_file(["instruments", "personas"]).name == "a study"
    assert kind_of_file(["instruments", "response_scale", "items"]) is None  # two kinds fit


def test_a_name_in_capitals_is_suggested_as_it_is_written():
    with pytest.raises(ValuealignError, match="did you mean 'pvq-21'"):
        va.load_instrument("PVQ-21")


def test_a_language_without_wording_names_the_command_that_installs_one(here):
    plan = ["administer", "--instrument", "pvq-21", "--form", "language=de", "--dry-run"]
    shown = run(*plan)
    assert "valuealign instruments wording pvq-21 FILE --language de" in str(shown.exception)


def test_a_missing_extra_is_not_called_a_missing_model(monkeypatch, tmp_path):
    """`doctor` said "fetch it", and `local fetch` said "it is here already"."""
    monkeypatch.setenv("VALUEALIGN_CACHE", str(tmp_path))
    monkeypatch.setattr(local, "find_spec", lambda _: None)
    assert "pip install 'valuealign[local]'" in local.missing()
    monkeypatch.setattr(local, "find_spec", lambda name: ModuleSpec(name, None))
    assert "valuealign local fetch" in local.missing()
    local.model_path().parent.mkdir(parents=True)
    local.model_path().write_bytes(b"gguf")
    assert local.missing() is None
    monkeypatch.setattr(local, "find_spec", lambda _: None)
    with pytest.raises(LocalModelError, match="pip install"), local.serve():
        pass
