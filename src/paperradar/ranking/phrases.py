"""Finding phrases in a paper's text: those of topic profiles, and those that tell what kind of paper it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_NOT_WORD = re.compile(r"[^\w]+")


def normalise(text: str) -> str:
    """Lower case, compatibility forms folded, every run of punctuation or space one space, a space at both ends.

    "Mixture-of-Experts" and "mixture of experts" become the same, so a phrase is written in one way only.
    """
    return f" {_NOT_WORD.sub(' ', unicodedata.normalize('NFKC', text).casefold()).strip()} "


@lru_cache(maxsize=4096)
def _ways(phrase: str) -> tuple[str, ...]:
    """How a phrase may stand in a normalised text. A plural counts: "diffusion model" finds "diffusion models"."""
    words = normalise(phrase).strip()
    return tuple(f" {words}{ending} " for ending in ("", "s", "es")) if words else ()


def matched(phrases: Sequence[str], normalised: str) -> tuple[str, ...]:
    """Those of ``phrases`` that stand whole in a text that `normalise` made, in the order given."""
    return tuple(phrase for phrase in phrases if any(way in normalised for way in _ways(phrase)))


def saturated(count: int) -> float:
    """1 - 2**-count: the first match says most, from 0 (none) towards 1."""
    return 1.0 - 0.5**count


# A dataset or benchmark is published: the title names one, or a sentence hands one over.
_DATASET_NOUN = r"(?:datasets?|benchmarks?|corpus|corpora|testbed|test suite)"
_DATASET_TITLE = re.compile(
    rf" (?:{_DATASET_NOUN}|benchmarking|leaderboard|challenge set|shared task) ",
)
_DATASET_TEXT = re.compile(
    r" (?:introduces?|presents?|proposes?|releases?|contributes?|collect(?:s|ed)?|construct(?:s|ed)?|builds?|created?)"
    rf" (?:\w+ ){{0,6}}?{_DATASET_NOUN} "
)

# Something is given to the public. What others gave ("publicly available datasets", "open-source models") is no news.
_GIVEN = (
    r"(?:codes?|codebase|implementations?|data|datasets?|benchmarks?|models?|weights|checkpoints?|demos?|toolkit|toolbox"
    r"|library|software|framework|prompts?|scripts?|resources|annotations|repository|project page)"
)
_PUBLIC = r"(?:available|accessible|released|published|shared|open ?source|open ?sourced)"
_RELEASE = re.compile(
    r" (?:open ?sourced|open ?sourcing"
    r"|(?:we|will|fully|to) open ?source"
    r"|we (?:\w+ )?(?:\w+ )?(?:publicly |openly )?release"
    r"|(?:make|makes|made|making) (?:\w+ ){0,6}?(?:publicly|freely|openly) (?:available|accessible)"
    r"|(?:make|makes|made|making) (?:\w+ ){0,6}?(?:available (?:at|on|under|to the)|public)"
    rf"|{_GIVEN} (?:\w+ ){{0,4}}?(?:is|are|be|been) (?:\w+ )?(?:\w+ )?{_PUBLIC}"
    r"|(?:codes?|data|datasets?|models?|weights|implementation) (?:\w+ )?(?:is|are) (?:at|here)"
    rf"|{_GIVEN} (?:\w+ ){{0,3}}?(?:available|released) (?:at|on|under|from|here)"
    rf"|{_GIVEN} (?:\w+ ){{0,3}}?can be (?:found|accessed|downloaded|obtained)"
    r"|publicly available (?:at|on|under|here|in|via|from|to|for)"
    r"|publicly available(?= $)) "
)

# The paper looks back on a field. "Survey" and "review" alone also mean questionnaires and what customers write.
_SURVEY_TITLE = re.compile(
    r" (?:(?:a|the|an|our|brief|short|recent|comprehensive|systematic|critical|selective|literature|structured)"
    r" (?:\w+ ){0,2}?(?:survey|review|overview|tutorial|primer|roadmap)"
    r"|survey (?:of|on|and)|(?<! peer )(?<! code )review of|overview of|tutorial (?:on|for)|tutorial|systematic review"
    r"|literature review|state of the art review|past present and future|position paper) "
    r"|^ (?:survey|overview|a primer) | (?:survey|overview|tutorial|primer) $"
)
_SURVEY_TEXT = re.compile(
    r" (?:(?:this|our|present|presents a|provides a|conducts? a|offers? a)"
    r" (?:\w+ ){0,2}?(?:survey|tutorial|overview|review)"
    r"|comprehensive survey"
    r"|(?:we|paper|article|work) (?:\w+ )?(?:surveys?|reviews?) (?:the|recent|existing|current|over)) "
)
_NOT_A_SURVEY = re.compile(r" (?:survey (?:data|responses?|respondents|participants)|household survey|peer reviews?) ")

# A laboratory tells of a system that it made: technical reports, and whole families of models.
_REPORT_TITLE = re.compile(r" (?:technical report|tech report|system card|model card) ")
_REPORT_TEXT = re.compile(
    r" (?:(?:this|our|present) (?:\w+ )?(?:technical|tech) report"
    r"|(?:introduces?|presents?|releases?|announces?|propose|describes?|reports? on)"
    r" (?:\w+ ){0,6}?(?:family|series|suite|herd|collection) of (?:\w+ ){0,6}?(?:models|llms|lms|vlms|mllms)) "
)

# Comments tell of a venue, or only of the wish for one.
_ACCEPTED = re.compile(
    r" (?:accepted|accept|(?:to|will) appear|(?:appears?|appeared|published) (?:in|at|as)|camera ready"
    r"|in proceedings|proceedings of|presented at|poster|forthcoming) "
)
_DISTINGUISHED = re.compile(r" (?:oral|spotlight|best (?:\w+ )?paper|(?:paper )?award|outstanding paper|notable top) ")
_VENUE = re.compile(
    r" (?:neurips|nips|icml|iclr|cvpr|iccv|eccv|wacv|bmvc|acl|emnlp|naacl|eacl|aacl|coling|conll|tacl|sigir|ecir|ictir"
    r"|wsdm|kdd|cikm|recsys|www|thewebconf|aaai|ijcai|aamas|aistats|uai|colt|colm|corl|icra|iros|rss|interspeech|icassp|miccai"
    r"|siggraph|chi|cscw|uist|jmlr|tmlr|mlsys|osdi|sosp|usenix|icse|fse)(?: (?:asia|main|findings|workshop))?"
    r" (?:\d\d|(?:19|20)\d\d) "
)
_NAMED = re.compile(r" (?:tpami|jmlr|tmlr|tacl|findings of (?:acl|emnlp|naacl|eacl)) ")
_HOPED_FOR = re.compile(
    r" (?:submitted|submission|(?:under|in) review|rejected|withdrawn|preprint for|format|template|style) "
)
# What an acceptance is worth beside a distinction (an oral, a spotlight, an award), which is 1.
ACCEPTED = 0.5


def names_dataset(normalised_title: str, normalised_abstract: str) -> bool:
    """Whether the paper seems to publish a dataset or a benchmark."""
    return bool(_DATASET_TITLE.search(normalised_title) or _DATASET_TEXT.search(normalised_abstract))


def names_release(normalised_text: str) -> bool:
    """Whether the text says that code, data or weights are given to the public."""
    return bool(_RELEASE.search(normalised_text))


def names_survey(normalised_title: str, normalised_abstract: str) -> bool:
    """Whether the paper seems to look back on a field: a survey, review, overview or tutorial."""
    if _NOT_A_SURVEY.search(normalised_title):
        return False
    return bool(_SURVEY_TITLE.search(normalised_title) or _SURVEY_TEXT.search(normalised_abstract))


def names_report(normalised_title: str, normalised_abstract: str, normalised_comments: str) -> bool:
    """Whether the paper seems to be a technical report, or presents a whole family of models."""
    if _REPORT_TITLE.search(normalised_title) or _REPORT_TITLE.search(normalised_comments):
        return True
    return bool(_REPORT_TEXT.search(normalised_abstract))


def acceptance(normalised_comments: str, normalised_journal_ref: str) -> float:
    """What comments and journal reference tell of a venue: 0 nothing, ACCEPTED, 1 for an oral, spotlight or award.

    A paper that is said to be submitted or under review has no venue, whatever else is named.
    """
    accepted = bool(_ACCEPTED.search(normalised_comments))
    if normalised_journal_ref.strip():
        accepted = True
    elif not accepted and _HOPED_FOR.search(normalised_comments):
        return 0.0
    named = bool(_VENUE.search(normalised_comments) or _NAMED.search(normalised_comments))
    if not accepted and not named:
        return 0.0
    return 1.0 if _DISTINGUISHED.search(normalised_comments) else ACCEPTED
