"""What people call the kinds of entries, in Dutch and English: so that "foto" finds photographs. Pure."""

KIND_WORDS: dict[str, tuple[str, ...]] = {
    "collection": ("collectie", "verzameling", "collection"),
    "session": ("sessie", "opnamesessie", "session"),
    "recording": ("opname", "geluidsopname", "recording"),
    "image": ("beeld", "afbeelding", "picture", "image"),
    "work": ("werk", "compositie", "work", "composition"),
    "release": ("uitgave", "plaat", "album", "release", "record"),
    "performance": ("voorstelling", "livestream", "stream", "performance"),
}

SESSION_WORDS: dict[str, tuple[str, ...]] = {
    "concert": ("concert", "optreden", "live"),
    "studio": ("studio",),
    "broadcast": ("uitzending", "radio", "broadcast"),
    "rehearsal": ("repetitie", "rehearsal"),
    "interview": ("interview", "gesprek"),
    "unknown": (),
}

IMAGE_WORDS: dict[str, tuple[str, ...]] = {
    "photograph": ("foto", "photo", "photograph"),
    "poster": ("affiche", "poster"),
    "sleeve": ("hoes", "platenhoes", "sleeve", "cover"),
    "programme": ("programma", "programmaboekje", "programme"),
    "clipping": ("knipsel", "krantenknipsel", "clipping"),
}
