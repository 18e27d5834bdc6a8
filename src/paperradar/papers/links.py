"""Addresses: arXiv's own pages of a paper, and what abstracts and comments link to (code, project pages).

Text from feeds is not to be trusted: whatever comes out of here is an http or https address with a plain host.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from paperradar.papers.identifiers import identifier_month

# Sites that hold code, data or weights. A host that begins with "gitlab." or "git." counts as well.
_CODE_HOSTS = frozenset(
    {
        "anonymous.4open.science", "bitbucket.org", "code.google.com", "codeberg.org", "colab.research.google.com",
        "figshare.com", "gist.github.com", "gitee.com", "github.com", "gitlab.com", "hf.co", "huggingface.co",
        "kaggle.com", "modelscope.cn", "osf.io", "raw.githubusercontent.com", "replicate.com", "sourceforge.net",
        "sr.ht", "zenodo.org",
    }
)  # fmt: skip
# Pages about the paper itself, its licence, or (w3.org) the names of MathML's tags; a reader gains nothing from them.
_NO_PROJECT = (
    "aclanthology.org", "ar5iv.org", "arxiv.org", "creativecommons.org", "dl.acm.org", "doi.org", "hdl.handle.net",
    "ieeexplore.ieee.org", "openreview.net", "orcid.org", "w3.org",
)  # fmt: skip

_TEX_COMMAND = re.compile(r"\\(?:url|path|nolinkurl)\s*\{([^{}]*)\}")
_TEX_HREF = re.compile(r"\\href\s*\{([^{}]*)\}")
_TEX_TILDE = re.compile(r"\$\s*\\sim\s*\$|\\sim(?![a-z])|\\textasciitilde(?:\{\})?|\\~(?:\{\})?")
_TEX_ESCAPED = re.compile(r"\\([_%#&~])")

_CHARACTER = r"[A-Za-z0-9!#$%&()*+,\-./:;=?@\[\]_~]"
# A second address glued to the first begins anew, unless it is part of it (an archived page's address).
_WITH_SCHEME = rf"https?://(?:(?<=[/=])(?<!://)|(?!https?://)){_CHARACTER}(?:(?:(?<=[/=])|(?!https?://)){_CHARACTER})*"
_LABEL = r"[A-Za-z0-9-]{1,63}"
_BARE = (
    r"(?<![\w@/.:=-])(?:"
    rf"www\.{_LABEL}(?:\.{_LABEL})+(?:/{_CHARACTER}*)?"
    rf"|{_LABEL}\.github\.io(?:/{_CHARACTER}*)?"
    r"|(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|huggingface\.co)/[\w.-]+/[\w.-]"
    rf"{_CHARACTER}*"
    rf"|zenodo\.org/{_CHARACTER}+)"
)
_ADDRESS = re.compile(f"(?:{_WITH_SCHEME}|{_BARE})", re.IGNORECASE | re.ASCII)
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}", re.ASCII)
# What would end an address where it is printed, and what cannot be printed, be written as UTF-8 or XML, or is not seen.
_NOT_IN_ADDRESS = re.compile(
    r"[\s<>\"'`\\\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_ARXIV_HTML_SINCE = "2023-12"


def code_links(text: str) -> tuple[str, ...]:
    """The addresses of code, data and weights in a text, in the order of their first mention."""
    return tuple(address for address in _addresses(text) if _is_code(address))


def project_links(text: str) -> tuple[str, ...]:
    """The other addresses in a text: project pages, demos, videos. Pages about the paper itself are left out."""
    return tuple(
        address
        for address in _addresses(text)
        if not _is_code(address) and _host(address) not in _CODE_HOSTS and not _within(_host(address), _NO_PROJECT)
    )


def pdf_url(identifier: str) -> str:
    """The address of the paper's PDF, newest version."""
    return f"https://arxiv.org/pdf/{identifier}"


def html_url(identifier: str) -> str:
    """The address of the paper as a web page: arXiv's own since December 2023, ar5iv's for older papers."""
    if identifier_month(identifier) >= _ARXIV_HTML_SINCE:
        return f"https://arxiv.org/html/{identifier}"
    return f"https://ar5iv.labs.arxiv.org/html/{identifier}"


def is_web_address(text: str) -> bool:
    """Whether a text is an http or https address with a host by name, without user name or white space."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and "@" not in parts.netloc
        and (port is None or port > 0)
        and _HOST.fullmatch(parts.hostname or "") is not None
        and _NOT_IN_ADDRESS.search(text) is None
    )


def _addresses(text: str) -> Iterator[str]:
    seen: set[str] = set()
    for match in _ADDRESS.finditer(_without_tex(text)):
        address = _trimmed(match.group())
        if "://" not in address[:8]:
            address = f"https://{address}"
        scheme, _, rest = address.partition("://")
        host, slash, path = rest.partition("/")
        address = f"{scheme.lower()}://{host.lower()}{slash}{path}"
        # One page under http and https, with and without "www.", or with its closing slash is one page.
        key = rest.lower().removeprefix("www.").rstrip("/").removesuffix(".git")
        if key not in seen and is_web_address(address):
            seen.add(key)
            yield address


def _without_tex(text: str) -> str:
    text = _TEX_ESCAPED.sub(r"\1", _TEX_TILDE.sub("~", text))
    return _TEX_HREF.sub(r" \1 ", _TEX_COMMAND.sub(r" \1 ", text))


def _trimmed(address: str) -> str:
    """Without the punctuation of the sentence around it; a bracket that the address itself opened stays."""
    while address:
        last = address[-1]
        opening = {")": "(", "]": "["}.get(last)
        closes_nothing = opening is not None and address.count(last) > address.count(opening)
        if not closes_nothing and last not in ".,;:!?*$&([":
            break
        address = address[:-1]
    return address


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _within(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _is_code(address: str) -> bool:
    host, path = _host(address), urlsplit(address).path.strip("/")
    if _within(host, ("doi.org",)):
        return path.lower().startswith("10.5281/zenodo.")
    return bool(path) and (host in _CODE_HOSTS or host.startswith(("gitlab.", "git.")))
