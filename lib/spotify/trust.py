"""Whose certificates are trusted: the system's, read as lazily as OpenSSL can."""

import os
import re
import ssl
from collections.abc import Mapping

_HASHED = re.compile(r"[0-9a-f]{8}\.\d+")


def tls_context(environ: Mapping[str, str]) -> ssl.SSLContext:
    """A context that verifies host and chain.

    SSL_CERT_FILE and SSL_CERT_DIR are honoured. Otherwise the system's hashed directory, from which OpenSSL reads
    the one certificate that it needs; where there is none, the bundle that comes with httpx.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    file, folder = environ.get("SSL_CERT_FILE"), environ.get("SSL_CERT_DIR")
    if file or folder:
        context.load_verify_locations(file or None, folder or None)
    elif system := _hashed_folder():
        context.load_verify_locations(capath=system)
    else:
        import certifi  # noqa: PLC0415 - a machine with certificates of its own does without

        context.load_verify_locations(certifi.where())
    return context


def _hashed_folder() -> str | None:
    folder = ssl.get_default_verify_paths().openssl_capath
    try:
        with os.scandir(folder) as entries:
            return folder if any(_HASHED.fullmatch(entry.name) for entry in entries) else None
    except OSError:
        return None
