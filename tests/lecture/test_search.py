"""Search matches prefixes, ranks by field and marks matches."""

from __future__ import annotations

import pytest

from pyfrontiers.lecture.search import search


def best(query, extra=None):
    return search(query, extra)[0]


def test_title_ranks_above_message_point_and_transcript():
    extra = {"welcome": ["We have never seen an ostrich."]}
    hits = search("ostrich", extra)
    assert hits[0].slide == "adversarial-examples-temple"  # “Temple to ostrich” is its title
    assert hits[-1].kind == "transcript"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize(
    ("query", "slide"),
    [
        ("mirror", "adversarial-examples-mirror"),  # title
        ("biased overconfident", "limitations-summary-list"),  # message
        ("espresso", "robust-adversarial-examples-physical"),  # point
        ("Srivastava", "dropout-sampling-masks"),  # reference
    ],
)
def test_every_field_of_a_slide_is_searched(query, slide):
    assert best(query).slide == slide


def test_scores_fall_from_title_to_message_to_point_to_transcript():
    word = "temperature"
    point = next(h for h in search(word) if h.slide == "probability-and-uncertainty-confidence")
    title = best("winters")
    message = next(h for h in search("edge") if h.slide == "depth-uncertainty-edges")
    spoken = next(h for h in search(word, {"welcome": [word]}) if h.kind == "transcript")
    assert title.score > message.score > point.score > spoken.score


def test_whole_word_ranks_above_prefix():
    extra = {"welcome": ["quokkas live here", "a quokka lives here"]}
    assert [hit.excerpt for hit in search("quokka", extra)] == [
        "a quokka lives here",
        "quokkas live here",
    ]


def test_all_words_must_occur():
    assert search("ostrich xylophone") == []
    assert {hit.section for hit in search("turtle baseball")} == {"robust-adversarial-examples"}


@pytest.mark.parametrize("query", ["viégas", "VIEGAS", "Viegas", "vie"])
def test_accents_and_case_are_ignored(query):
    assert "welcome-road" in [hit.slide for hit in search(query)]


@pytest.mark.parametrize("query", ["", "   ", "?!", "—"])
def test_query_without_words_finds_nothing(query):
    assert search(query) == []


def test_ranges_mark_exactly_the_matching_words():
    hit = search("drop", {"welcome": ["Drop it: dropout and dropped, not raindrops."]})[-1]
    marked = [hit.excerpt[a:b] for a, b in hit.ranges]
    assert marked == ["Drop", "dropout", "dropped"]


def test_long_paragraph_is_cut_around_the_match_at_word_boundaries():
    text = " ".join(f"word{k}" for k in range(200)) + " needle " + " ".join(["tail"] * 100)
    hit = best("needle", {"welcome": [text]})
    assert len(hit.excerpt) <= 160
    assert hit.excerpt.startswith("…word")
    assert hit.excerpt.endswith("tail…")
    assert [hit.excerpt[a:b] for a, b in hit.ranges] == ["needle"]


def test_match_at_the_end_of_a_long_paragraph_is_shown():
    hit = best("needle", {"welcome": ["straw " * 100 + "needle"]})
    assert hit.excerpt.endswith("needle")
    assert hit.ranges == ((len(hit.excerpt) - 6, len(hit.excerpt)),)


def test_word_longer_than_the_excerpt_is_cut_and_marked_within_it():
    hit = best("aaaa", {"welcome": ["a" * 400]})
    assert len(hit.excerpt) <= 160
    assert all(0 <= a < b <= len(hit.excerpt) for a, b in hit.ranges)


def test_equal_scores_keep_the_lectures_order_and_limit_is_respected():
    everywhere = search("the")
    assert len(search("the", limit=3)) == 3
    assert search("the", limit=3) == everywhere[:3]


def test_section_is_found_by_its_title():
    hit = best("hype winters")
    assert (hit.section, hit.slide, hit.kind) == ("hype-and-winters", None, "section")
