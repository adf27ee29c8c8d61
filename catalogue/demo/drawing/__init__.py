"""The drawing table of the demo: shapes, people, things, places and printed matter. No pixels."""
