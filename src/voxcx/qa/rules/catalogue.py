"""The one list of operators. An operator that is not here does not exist."""

from __future__ import annotations

from voxcx.qa.rules.all_of import ALL_OF
from voxcx.qa.rules.any_of import ANY_OF
from voxcx.qa.rules.ask import ASK
from voxcx.qa.rules.asked_again import ASKED_AGAIN
from voxcx.qa.rules.at_least import AT_LEAST
from voxcx.qa.rules.earlier import EARLIER
from voxcx.qa.rules.event import EVENT
from voxcx.qa.rules.feature import FEATURE
from voxcx.qa.rules.if_then import IF_THEN
from voxcx.qa.rules.local_time import LOCAL_TIME
from voxcx.qa.rules.metadata import METADATA
from voxcx.qa.rules.misspelt import MISSPELT
from voxcx.qa.rules.negate import NEGATE
from voxcx.qa.rules.operator import Operator
from voxcx.qa.rules.regex import REGEX
from voxcx.qa.rules.repeated import REPEATED
from voxcx.qa.rules.said import SAID
from voxcx.qa.rules.said_again import SAID_AGAIN
from voxcx.qa.rules.said_not import SAID_NOT
from voxcx.qa.rules.similar import SIMILAR
from voxcx.qa.rules.trained import TRAINED

OPERATORS: dict[str, Operator] = {
    operator.name: operator
    for operator in (
        SAID,
        SAID_NOT,
        REGEX,
        SIMILAR,
        REPEATED,
        ASKED_AGAIN,
        SAID_AGAIN,
        MISSPELT,
        EVENT,
        FEATURE,
        METADATA,
        EARLIER,
        LOCAL_TIME,
        ASK,
        ALL_OF,
        ANY_OF,
        AT_LEAST,
        NEGATE,
        IF_THEN,
        TRAINED,
    )
}
