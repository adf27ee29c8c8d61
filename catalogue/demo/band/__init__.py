"""The band of the demo: harmony, score, melody, rhythm section, instruments and the room they play in."""
