"""The demo collection: a made-up Dutch jazz archive of 1935-1995, the same on every machine and every day."""
