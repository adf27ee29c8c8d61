"""Whether a name is that of a person, a group of musicians or an organisation, where the source does not say. Pure."""

import re

from catalogue.agents import AgentKind

_GROUP = re.compile(
    r"\b(orchestr\w*|orkest\w*|orquesta|band|bigband|quartett?o?|kwartet|trio|quintett?o?|kwintet|sextett?o?|septett?\w*"
    r"|octett?\w*|nonett?\w*|duo|ensemble|combo|choir|choeur|chor|koor|chorus|singers|strings|brass|all[- ]?stars"
    r"|philharmoni\w*|symphony|players|group|gruppe|collective|five|six|seven|stompers|ramblers|brothers|sisters|boys"
    r"|serenaders|messengers|consort|soloists|ансамбль|оркестр|квартет|трио|хор)\b",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"\b(records?|recordings|productions?|publishing|publishers?|press|inc|ltd|limited|llc|corp|gmbh|b\.?v|company|co|studios?"
    r"|museum|library|universit\w*|institute|association|society|foundation|centers?|centre|council|theat(?:re|er)"
    r"|broadcasting|television|radio|authority|network|bank|department|office|government|unit)\b\.?",
    re.IGNORECASE,
)
_CALL_SIGN = re.compile(r"[WK][A-Z]{2,3}(-?(FM|AM|TV))?")
_AND = re.compile(r"\s(&|and|\+)\s(his|her|their|the)\b", re.IGNORECASE)


def guess(name: str) -> AgentKind:
    """Guess what a name stands for by its words; a person unless they say otherwise."""
    if _GROUP.search(name) or _AND.search(name):
        return AgentKind.ENSEMBLE
    if _ORGANISATION.search(name) or _CALL_SIGN.fullmatch(name):
        return AgentKind.ORGANISATION
    return AgentKind.PERSON
