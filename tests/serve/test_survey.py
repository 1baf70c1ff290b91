"""What must be said before people are asked, and where a form may be served."""

from __future__ import annotations

import click.testing
import pytest
from valuealign_cli.serve import command

from valuealign.errors import PlanError, StimulusError, StudyError
from valuealign.serve.run_server import bound, check_address
from valuealign.serve.survey import survey_of
from valuealign.study.load_study import load_study


def test_a_clinical_instrument_is_not_served_without_a_help_line(study_file):
    path = study_file(help_line=None)
    with pytest.raises(PlanError, match=r"add 'help_line: .*' under 'participants:' in mine\.yaml"):
        survey_of("crisis-outlook", study=path)
    assert survey_of("pvq-21", study=path).title == "What people expect"
    assert survey_of("crisis-outlook", study=study_file()).participants.help_line


def test_a_clinical_instrument_is_not_even_tried_without_a_study():
    with pytest.raises(PlanError, match=r"clinical: .* \(--study FILE\)"):
        survey_of("crisis-outlook", "burden-belonging")


def test_a_trial_stays_on_this_machine():
    trial = survey_of("pvq-21")
    check_address(trial, "127.0.0.1", None)
    check_address(trial, "::1", None)
    for host, address in (("0.0.0.0", None), ("127.0.0.1", "https://study.example.org")):  # noqa: S104
        with pytest.raises(PlanError, match="information and a consent"):
            check_address(trial, host, address)


def test_a_study_may_be_served_elsewhere(study_file):
    survey = survey_of("pvq-21", study=study_file())
    check_address(survey, "0.0.0.0", None)  # noqa: S104
    check_address(survey, "127.0.0.1", "https://study.example.org")
    with pytest.raises(PlanError, match="expected https"):
        check_address(survey, "127.0.0.1", "study.example.org")


def test_what_the_study_does_not_have_is_an_error(study_file, tmp_path):
    with pytest.raises(PlanError, match="the study has no instrument leas; it has crisis-outlook"):
        survey_of("leas", study=study_file())
    bare = tmp_path / "bare.yaml"
    bare.write_text("id: bare\ntitle: Bare\ninstruments: [{instrument: pvq-21}]\n")
    with pytest.raises(PlanError, match=r"bare\.yaml says nothing to participants"):
        survey_of("pvq-21", study=bare)
    with pytest.raises(PlanError, match="each is 13"):
        survey_of("crisis-outlook", study=study_file(each=13))
    with pytest.raises(StimulusError, match="no set of stimuli"):
        survey_of("crisis-outlook", "burden-belongin", study=study_file())


@pytest.mark.parametrize(
    ("says", "found"),
    [
        ({"consent": []}, "consent"),
        ({"information": None}, "information"),
        ({"panel": {"person": "PID", "completion_url": "http://a.org"}}, "completion_url"),
        ({"panel": {"person": "PID", "completion_url": "https://a.org/{X}"}}, "names {X}"),
        (
            {
                "attention": [
                    {
                        "after": 1,
                        "text": {"en": "a"},
                        "options": [{"en": "b"}, {"en": "c"}],
                        "right": 3,
                    }
                ]
            },
            "right is 3",
        ),
        ({"page": "book"}, "page"),
    ],
)
def test_a_part_for_participants_that_is_wrong_is_an_error_with_a_line(study_file, says, found):
    with pytest.raises(StudyError, match=r"mine\.yaml:\d+: ") as error:
        load_study(study_file(**says))
    assert found in str(error.value)


def test_a_port_that_is_taken_is_an_error():
    error = pytest.raises(PlanError, match="name another with --host or --port")
    with bound("127.0.0.1", 0) as taken, error:
        bound("127.0.0.1", taken.getsockname()[1])


def test_links_and_the_list_of_participants(study_file, tmp_path):
    runner = click.testing.CliRunner()
    base = ["pvq-21", "--study", str(study_file()), "--store", str(tmp_path / "s.db")]
    made = runner.invoke(command, [*base, "--links", "3", "--address", "https://a.org/"])
    links = made.stdout.split()
    assert len(set(links)) == 3
    assert all(link.startswith("https://a.org/p/p") for link in links)
    listed = runner.invoke(command, [*base, "--list", "--json"])
    assert listed.stdout.count('"state": "invited"') == 3


def test_another_language_has_the_form_in_its_words(study_file, tmp_path):
    from valuealign.serve.words import words_of

    en, de = words_of("en"), words_of("de-CH")
    assert en.keys() == de.keys()
    with pytest.raises(PlanError, match="not written in language 'fr'"):
        words_of("fr")
