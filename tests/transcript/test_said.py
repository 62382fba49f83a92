"""Removal of sounds, speaker names, and words that are still on screen from captions."""

from __future__ import annotations

import pytest

from pyfrontiers.lecture.transcript.importing import cleaned_words

SOUNDS = [
    "[MUSIC PLAYING]",
    "[SQUEAKING]",
    "[AUDIO OUT]",
    "(audience laughs)",
    "[संगीत]",
    "[तालियाँ]",
    "【笑】",
    "*laughs*",
    "(applause)",
    "♪ la la la ♪",
    "♪ la la",
    "[Music playing softly in background]",
    "[ __ ]",
    "(笑)",
    "（拍手）",
    "[ Musik ]",
    "[Alexander Amini]",
    "(SPEAKING IN FRENCH)",
    "<i>(laughs)</i>",
    "- [Music]",
    "[♪♪♪]",
    "((music))",
    "[[music]]",
    "<music>",
    "{music}",
    "|MUSIC|",
    "~music~",
    "#music#",
    "[MUSIC]\n[APPLAUSE]",
    "[UPBEAT\nMUSIC]",
    "(Lachen)",
    "(rires)",
    "[Gelächter]",
    "[موسيقى]",
    "[Музыка]",
    "(música)",
    "_music_",
    "**[Music]**",
    "[inaudible 00:01:02]",
    "[crosstalk 00:12]",
    "(laughing)",
    "[pause]",
    "[END PLAYBACK]",
    "[VIDEO PLAYBACK]",
    "[?]",
    "[foreign]",
    "[Applaudissements]",
    "- (sighs)",
    "[música de fondo]",
    "[BLANK_AUDIO]",
    "[ Silence ]",
    "(keyboard clacking)",
    "[chuckles softly]",
    "[clears throat]",
    "♫",
    "🎵 music 🎵",
    "[Sound of a door closing]",
    "(bell dings)",
    "(crowd cheering)",
    "(gentle piano)",
    "[upbeat electronic beat]",
    "*crowd cheers*",
    "[click]",
    "[no audio]",
    "(no audio)",
    "(snaps fingers)",
    "『笑い』",
    "〈音楽〉",
    "<笑>",
    "（笑い声）",
]
INSIDE = [
    "(Inaudible 00:12:03)",
    "[crosstalk 1:02:03]",
    "[LAUGHTER]",
    "(laughs)",
    "[SNAPS FINGERS]",
    "*chuckles*",
    "♪♪",
    "[笑]",
]
SAID = [
    "the [MASK] token",
    "(GPU) here",
    "numbers in [0, 1] are",
    "a *really* big",
    "(and this is important)",
    "we see [the network] learns",
    "f(x) is",
    "x_1 and x_2 here",
    "[1] says so",
    "(2018) shows",
    "(see slide three)",
    "I said (and meant) it",
    "*not* this",
    "snake_case_name here",
    "a < b and c > d",
    "{x} set",
    "the ring (a torus)",
    "(singing voice detection) is a task",
    "sound (audio) data",
    "Musk said (Tesla)",
    "a bell curve",
]
NAMES = {
    "name": "Pat Example: ",
    "Markdown": "**Pat Example:** ",
    "square brackets": "[Pat Example] ",
    "round brackets": "(Pat) ",
    "dash": "- Pat: ",
    "after a dash": "Pat Example - ",
    "capitals": "PAT EXAMPLE: ",
    "single": "Alexander: ",
    "Japanese": "田中： ",
    "Japanese without a space": "田中：",
    "chat": "From Pat Example to Everyone:\n",
    "role": "Lecturer: ",
    "number": "Speaker 1: ",
    "diarization": "SPEAKER_00: ",
    "diarization in brackets": "[SPEAKER_00]: ",
    "chevrons": ">> Pat: ",
    "company": "Dr. P. Example (MIT): ",
    "particles": "Jürgen von der Au: ",
    "own line": "Pat Example\n",
    "unknown": "Unknown Speaker: ",
    "hyphen": "Ms. O'Neil-Smith: ",
    "initials": "PE: ",
}
ROLLING = {
    "letters": (("h", "he", "hel", "hello", "hello w", "hello world"), "hello world"),
    "words": (("one two", "one two three", "four", "four five"), "one two three four five"),
    "three lines": (("a\nb\nc", "b\nc\nd", "c\nd\ne"), "a b c d e"),
    "two lines that grow": (
        ("one two", "one two\nthree", "one two\nthree four", "three four\nfive"),
        "one two three four five",
    ),
    "window": (("a b c d", "b c d e", "c d e f"), "a b c d e f"),
    "corrected": (("I think the", "I think they are", "I think they are"), "I think they are"),
    "case": (("so we", "So we see", "So we see it."), "So we see it."),
    "shown twice": (("a b c", "a b c", "a b c d", "a b c d", "e f"), "a b c d e f"),
    "said twice": (
        ("Okay.", "Okay.", "one two", "three", "four"),
        "Okay. Okay. one two three four",
    ),
    "same word at an end": (
        ("so really", "so really good,", "good", "good it is", "good it is so"),
        "so really good, good it is so",
    ),
    "repeated word": (("we think that", "that is", "why", "so"), "we think that that is why so"),
}


def read(*captions: str) -> str:
    text = "\n\n".join(
        f"{n}\n00:00:{2 * n:02d},000 --> 00:00:{2 * n + 2:02d},000\n{said}"
        for n, said in enumerate(captions, 1)
    )
    return " ".join(cleaned_words(text.encode(), "a.srt").words)


@pytest.mark.parametrize("mark", SOUNDS)
def test_sound_in_a_separate_caption_is_removed(mark: str) -> None:
    assert read("one two three", mark, "four five six") == "one two three four five six"


@pytest.mark.parametrize("mark", INSIDE)
@pytest.mark.parametrize("form", ["one two {} three", "{} one two three", "one two three {}"])
def test_sound_among_words_is_removed(mark: str, form: str) -> None:
    assert read(form.format(mark), "four five six") == "one two three four five six"


@pytest.mark.parametrize("form", ["(SPEAKING GERMAN) one two", "one two (SPEAKING GERMAN)"])
def test_capitals_in_round_brackets_at_an_end_are_a_sound(form: str) -> None:
    assert read(form, "four five six") == "one two four five six"


def test_names_in_captions_in_capitals_are_removed() -> None:
    said = ["AVA: ONE TWO", "THREE FOUR", "AVA: FIVE", "SIX", "AVA: SEVEN", "WOMAN: EIGHT"]
    assert read(*said) == "ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT"


@pytest.mark.parametrize("words", SAID)
def test_brackets_and_stars_in_speech_are_kept(words: str) -> None:
    assert read("one two three", words, "four") == f"one two three {words} four"
    assert read(words, "four five six", "seven") == f"{words} four five six seven"


@pytest.mark.parametrize("name", NAMES)
def test_speaker_in_every_caption_is_removed(name: str) -> None:
    said = ("one two three", "four five six", "seven eight nine", "ten")
    assert read(*(NAMES[name] + words for words in said)) == " ".join(said)


def test_turns_of_speakers_lose_their_names() -> None:
    said = read("Ava Amini: one", "two", "Pat: three", "Ava Amini: four", "Ava Amini: five", "six")
    assert said == "one two three four five six"


def test_words_before_a_colon_are_kept() -> None:
    said = ("So remember: one", "Question: what is it", "Remember: three", "The answer: five")
    assert read(*said) == " ".join(said)


def test_text_in_capitals_keeps_its_words() -> None:
    said = ("WE SAW THAT: THE NETWORK FAILS", "AND NOW WE ASK: WHY", "SO TODAY: (ONE THING)")
    assert read(*said) == " ".join(said)
    said = (
        "PROFESSOR: WE SAW",
        "AVA: WHY",
        "AVA: ONE",
        "AVA: TWO",
        "THE [LAUGHTER] END",
        "AVA: IS",
    )
    assert read(*said) == "WE SAW WHY ONE TWO THE END IS"


@pytest.mark.parametrize("kind", ROLLING)
def test_words_still_on_screen_are_read_once(kind: str) -> None:
    captions, words = ROLLING[kind]
    assert read(*captions) == words
