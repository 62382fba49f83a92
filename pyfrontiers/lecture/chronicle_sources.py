"""References that only the chronicle cites."""

from __future__ import annotations

from pyfrontiers.lecture.model import Reference

SIMON_NEWELL_1958 = Reference(
    "Simon and Newell: Heuristic problem solving: the next advance in operations research. "
    "Operations Research 6, 1958."
)
NYT_1958 = Reference("New Navy device learns by doing. The New York Times, 8 July 1958.")
SIMON_1965 = Reference("Simon: The Shape of Automation for Men and Management. Harper & Row, 1965.")
MINSKY_1967 = Reference("Minsky: Computation: Finite and Infinite Machines. Prentice-Hall, 1967.")
HUTCHINS_2004 = Reference(
    "Hutchins: The Georgetown-IBM experiment demonstrated in January 1954. AMTA 2004, Lecture "
    "Notes in Computer Science 3265."
)
NRC_1999 = Reference(
    "National Research Council: Funding a Revolution: Government Support for Computing Research. "
    "National Academy Press, 1999, chapter 9."
)
BARKER_1989 = Reference(
    "Barker and O'Connor: Expert systems for configuration at Digital: XCON and beyond. "
    "Communications of the ACM 32, 1989."
)
AAAI_1985 = Reference(
    "McDermott et al.: The dark ages of AI: a panel discussion at AAAI-84. AI Magazine 6, 1985."
)
POLLACK_1992 = Reference(
    "Pollack: 'Fifth Generation' became Japan's lost generation. The New York Times, 5 June 1992."
)
ROLAND_2002 = Reference(
    "Roland and Shiman: Strategic Computing: DARPA and the Quest for Machine Intelligence, "
    "1983-1993. MIT Press, 2002."
)
OAKLEY_1990 = Reference(
    "Oakley and Owen: Alvey: Britain's Strategic Computing Initiative. MIT Press, 1990."
)
DARPA_2018 = Reference("DARPA announces $2 billion campaign. News release, 7 September 2018.")
