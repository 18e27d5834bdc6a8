"""The desk: pages on loopback where curators read the list, vote, and compose the ten. See docs/desk.md."""
