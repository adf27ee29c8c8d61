"""What the public pages show: read from the database, put into words, handed to templates as plain values."""
