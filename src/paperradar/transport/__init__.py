"""The politeness layer between paperradar and arXiv. Knows HTTP, and nothing of papers.

`open_session` gives a session, `replay_session` the same from kept documents.
"""

from __future__ import annotations

from paperradar.transport.archive import RawArchive
from paperradar.transport.backoff import GaveUp, Trouble, retry_after, trouble_of, wait_before
from paperradar.transport.documents import Document
from paperradar.transport.session import PoliteSession, open_session, patiently, replay_session, user_agent
from paperradar.transport.turnstile import Turnstile, default_folder, host_group, is_arxiv_host

__all__ = [
    "Document",
    "GaveUp",
    "PoliteSession",
    "RawArchive",
    "Trouble",
    "Turnstile",
    "default_folder",
    "host_group",
    "is_arxiv_host",
    "open_session",
    "patiently",
    "replay_session",
    "retry_after",
    "trouble_of",
    "user_agent",
    "wait_before",
]
