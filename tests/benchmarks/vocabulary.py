"""The words that the made-up catalogue is made of: real ones for what is frequent, parts of words for the rest.

Their order counts: a word's place is its rank, and the same seed must give the same catalogue for ever.
"""


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.split()))


# The most frequent words of descriptions.
ENGLISH = _words(
    """
    the of and a in to with at by for on from was is recorded band played his photograph session concert
    trumpet saxophone piano bass drums orchestra night club musicians live quartet recording studio
    first during solo musician tour festival after who new jazz music which their year tape programme
    original archive collection unknown stage audience leader singer guitar clarinet trombone radio
    broadcast take swing blues ballad dance rhythm section big arrangement composer later early print
    negative copy label record side released unissued rehearsal interview speaks about career memories
    style together portrait group standing left right second row backstage hall theatre poster signed
    printed edition number tune standard improvisation modern traditional free bebop dixieland ragtime
    harlem york chicago orleans paris london europe american dutch visiting guest star evening sunday
    benefit jam informal private donated estate family widow journalist critic magazine review letter
    manuscript score parts handwritten annotated damaged restored transferred digital reel cassette
    acetate shellac vinyl microphone engineer producer announcer host introduces applause encore final
    set opening medley chorus bridge tempo slow fast uptempo minor major theme variation duet trio
    quintet sextet octet
    """
)

DUTCH = _words(
    """
    de van het een en in met op te voor door bij uit naar is was dat zijn aan om opname orkest concert
    foto trompet saxofoon piano bas slagwerk zangeres avond muziek speelde jazz tijdens muzikanten na
    eerste optreden radio uitzending kwartet band podium publiek leider solo festival archief collectie
    onbekend affiche zaal theater gespeeld jaar interview vertelt over herinneringen loopbaan stijl
    samen portret groep links rechts staand zittend achtergrond repetitie studio plaat kant uitgebracht
    kopie negatief afdruk origineel gesigneerd programma nummer improvisatie modern traditioneel
    dixieland swing ballade dans ritme sectie arrangement componist later vroeg nacht club gast ster
    zondag middag benefiet jamsessie besloten geschonken nalatenschap familie weduwe journalist criticus
    tijdschrift recensie brief manuscript partituur partijen handgeschreven aantekeningen beschadigd
    gerestaureerd digitaal spoel cassette schellak vinyl microfoon technicus producent omroeper kondigt
    applaus toegift laatste opening thema variatie duo trio kwintet sextet octet langzaam snel amsterdam
    rotterdam haag utrecht nederland nederlandse amerikaanse bezoek tournee oorlog bevrijding jaren
    vijftig zestig zeventig vereniging kelder
    """
)

# Lists that records choose from, frequent values first.
KINDS = _words(
    """
    recording photograph poster broadcast interview
    """
)

GENRES = _words(
    """
    swing bebop hard-bop dixieland cool free-jazz big-band latin fusion blues vocal-jazz ragtime
    modal-jazz soul-jazz gypsy-jazz third-stream avant-garde new-orleans chicago-style jazz-rock ballads
    stride kansas-city improvised-music
    """
)

RIGHTS = _words(
    """
    in-copyright public-domain rights-unknown cc-by cc-by-sa orphan-work
    """
)

LANGUAGES = _words(
    """
    nl en de fr none
    """
)

INSTRUMENTS = _words(
    """
    trumpet cornet trombone clarinet soprano-saxophone alto-saxophone tenor-saxophone baritone-saxophone
    flute violin vibraphone piano organ guitar banjo double-bass bass-guitar drums percussion vocals
    accordion harmonica arranger leader photographer announcer interviewer
    """
)

CITIES = _words(
    """
    Amsterdam Rotterdam Utrecht Hilversum Laren Loosdrecht Groningen Eindhoven Haarlem Leiden Delft
    Nijmegen Arnhem Maastricht Breda Tilburg Zwolle Deventer Antwerp Brussels Ghent London Paris Berlin
    Hamburg Cologne Copenhagen Stockholm Oslo Montreux Antibes Newport Chicago Boston Detroit
    Philadelphia Montreal Toronto Tokyo Milan
    """
)

# Parts of invented words: how a syllable begins, its vowel, and how it may end.
ONSETS = _words(
    """
    b br c ch d dr f fl g gr h j k kl kr l m n p pl pr qu r s sch sl sp st str t tr v w z
    """
)

VOWELS = _words(
    """
    a aa e ee i ie o oe oo ou u ui ij
    """
)

CODAS = _words(
    """
    b d f g k l m n p r s t ch ck ft kt ld lf lk lm ls lt nd ng nk ns nt rd rk rm rn rs rt st
    """
)

# Parts of names. What stands more than once is chosen more often.
FIRST_NAMES = _words(
    """
    Willem Jan Piet Kees Hans Theo Rita Ann Ella Louis Duke Miles Chet Art Max Joe Ben Dexter Stan Lee
    Sonny Oscar Bill Wes Nina Sarah Betty Han Misha Rein Pim Rob Ruud Frits Eddy Boy Nelson Dizzy
    Charlie Lester Coleman Benny Harry Tommy Jimmy Bud Thelonious John Cannonball Freddie Clifford Zoë
    André René Toots Django Stéphane Lars Åke Jörgen Bengt
    """
)

BETWEEN_NAMES = ("", "", "", " van", " de", " van der")
SURNAME_ENDINGS = ("", "s", "man", "sen", "ing", "berg")
CITY_ENDINGS = ("dam", "burg", "stad", "wijk", "veen")
ENGLISH_ENDINGS = ("", "", "", "ing", "er", "ed", "ly", "ness", "tion", "s")
DUTCH_ENDINGS = ("", "", "", "en", "er", "ing", "heid", "lijk", "je", "s")
ENSEMBLES = (
    "Quartet",
    "Quintet",
    "Trio",
    "Orchestra",
    "Big Band",
    "Sextet",
    "All Stars",
    "Ramblers",
    "Seven",
)
VENUES = ("Club", "Hall", "Theater", "Studio", "Kelder", "Concertgebouw", "Café", "Festival Tent")
