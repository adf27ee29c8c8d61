"""Given names and what their bearers are called: short forms, English and Dutch, as jazz musicians go by them. Pure."""

# A short form, then what it may stand for; one form may belong to several.
_FORMS = """
    al alan albert alfred alexander / alex alexander / andy andrew / art arthur / barney bernard /
    ben benjamin / bernie bernard / bert albert herbert hubert / bill william / billy william / bob
    robert / bobby robert / bud buddy / charlie charles / charley charles / chris christopher
    christiaan / chuck charles / cliff clifford / dan daniel / danny daniel / dave david / dick
    richard / dizzy john / don donald / doug douglas / ed edward edwin edmund edgar / eddie edward
    edwin / ernie ernest / frank francis franklin / fred frederick alfred / freddie frederick / gene
    eugene / george georg / gerry gerald / geoff geoffrey / greg gregory / gus august gustav / hal
    harold / hank henry / harry harold henry / herb herbert / herbie herbert / jack john jacob / jan
    johannes / jay jacob / jeff jeffrey / jerry gerald jerome / jim james / jimmy james / jimmie
    james / joe joseph / joop johannes / johnny john / jon jonathan / ken kenneth / kenny kenneth /
    kees cornelis / larry lawrence laurence / len leonard / lennie leonard / leo leonard leopold /
    les leslie lester / lew lewis louis / lou louis / mat matthew / matt matthew / max maximilian /
    mel melvin / mick michael / mickey michael / mike michael / milt milton / mitch mitchell / nat
    nathaniel nathan / ned edward / nick nicholas / norm norman / pat patrick patricia / pete peter
    / phil philip phillip / piet pieter / ralph raphael / randy randall / ray raymond / rich richard
    / rick richard / rob robert / robbie robert / ron ronald / ronnie ronald / roy leroy / russ
    russell / sam samuel / sammy samuel / sid sidney / stan stanley / steve stephen steven / stew
    stewart / sy seymour / ted edward theodore / teddy theodore edward / terry terence / thad
    thaddeus / theo theodoor theodore / tim timothy / toby tobias / tom thomas / tommy thomas / tony
    anthony antonio / vic victor / vince vincent / walt walter / wes wesley / wil willem william /
    wim willem / will william / willy willem william / willie william / woody woodrow / meg margaret
    / maggie margaret / peggy margaret / liz elizabeth / betty elizabeth / beth elizabeth / kate
    katherine / kathy katherine / nan anne / jo josephine / dot dorothy / dottie dorothy / sue susan
    / rita margarita
"""


def are_forms(one: str, other: str) -> bool:
    """Say whether two folded given names may be of one person: the one a form or the beginning of the other."""
    shorter, longer = sorted((one, other), key=len)
    begins_so = len(shorter) > 2 and longer.startswith(shorter)
    return begins_so or other in _WHOLE.get(one, ()) or one in _WHOLE.get(other, ())


_WHOLE = {short: frozenset(whole) for short, *whole in (row.split() for row in _FORMS.split("/"))}
