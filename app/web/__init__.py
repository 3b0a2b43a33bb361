"""The desk's one page for people outside: where results wait to be downloaded."""
