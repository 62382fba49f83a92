"""Read a transcript in any usual form.

:mod:`.finding` finds the form by the content and calls its reader: captions with two times a line
(:mod:`.cues`), lines with stamps (:mod:`.lines`, :mod:`.lrc`), tables (:mod:`.tables`), JSON
(:mod:`.json_forms`), XML (:mod:`.xml_forms`), and the subtitle files that pysubs2 reads
(:mod:`.subtitles`). All of them read a single time in :mod:`.stamps`.
"""

from pyfrontiers.lecture.transcript.forms.finding import read, read_with_warnings
from pyfrontiers.lecture.transcript.forms.piece import Piece, Reading

__all__ = ["Piece", "Reading", "read", "read_with_warnings"]
