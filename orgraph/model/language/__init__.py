"""The language in which structures are written: its words, how a file is read, what is wrong with it."""
