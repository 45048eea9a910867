"""Which CAs are trusted: the system's, read as lazily as OpenSSL can."""

import os
import re
import ssl
from collections.abc import Mapping

from lib.errors import SettingsError
from lib.text import one_line

SYSTEM = ssl.get_default_verify_paths().openssl_capath
FEWEST = 50
"""A folder with fewer hashed certificates only adds to a bundle; a full set has more than a hundred."""


def tls_context(environ: Mapping[str, str], system: str = SYSTEM) -> ssl.SSLContext:
    """A context that verifies host and chain, as strictly as Python does by default. Raises SettingsError.

    SSL_CERT_FILE and SSL_CERT_DIR are used if they are set, also both. Otherwise it's the `system`'s folder if that
    is hashed, because OpenSSL then reads only the certificate it needs. If it isn't, the bundle that comes with httpx
    is read to its end, which costs 17 ms of CPU more.
    """
    file, folder = environ.get("SSL_CERT_FILE"), environ.get("SSL_CERT_DIR")
    try:
        if file or folder:
            return ssl.create_default_context(cafile=file or None, capath=folder or None)
        if _hashed(system):
            return ssl.create_default_context(capath=system)
        import httpx  # noqa: PLC0415 - most machines don't need its bundle

        return httpx.create_ssl_context(trust_env=False)
    except OSError as error:
        problem = f"SSL_CERT_FILE ({one_line(file or '')}) or SSLKEYLOGFILE can't be used: {one_line(error)}."
        raise SettingsError(problem, "Correct or unset it in the environment.") from None


def _hashed(folder: str) -> bool:
    try:
        with os.scandir(folder) as entries:
            return sum(1 for entry in entries if re.fullmatch(r"[0-9a-f]{8}\.\d+", entry.name)) >= FEWEST
    except OSError:
        return False
