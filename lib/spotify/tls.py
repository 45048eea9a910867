"""Whose certificates are trusted: the system's, read as lazily as OpenSSL can."""

import os
import re
import ssl
from collections.abc import Mapping

from lib.errors import SettingsError
from lib.text import one_line

SYSTEM = ssl.get_default_verify_paths().openssl_capath
FEWEST = 50
"""A folder with fewer hashed certificates is somebody's addition to a bundle; a whole set has more than a hundred."""
_HASHED = re.compile(r"[0-9a-f]{8}\.\d+")


def tls_context(environ: Mapping[str, str], system: str = SYSTEM) -> ssl.SSLContext:
    """A context that verifies host and chain, as strictly as Python does by default.

    SSL_CERT_FILE and SSL_CERT_DIR are taken at their word, both when both are set. Otherwise it is the `system`'s
    folder, if it is hashed: OpenSSL finds in it the one certificate that it needs. Where it isn't, the bundle
    that comes with httpx is read from end to end, which costs 17 ms of CPU more. Raises SettingsError.
    """
    file, folder = environ.get("SSL_CERT_FILE"), environ.get("SSL_CERT_DIR")
    if not (file or folder):
        file, folder = (None, system) if _hashed(system) else (_bundle(), None)
    try:
        return ssl.create_default_context(cafile=file or None, capath=folder or None)
    except OSError as error:
        key_log = environ.get("SSLKEYLOGFILE")
        if key_log and error.filename == key_log:
            named = f"SSLKEYLOGFILE ({one_line(key_log)}) can't be written"
        else:
            named = f"SSL_CERT_FILE ({one_line(file or '')}) holds no certificates that can be read"
        raise SettingsError(f"{named}: {one_line(str(error))}.", "Correct or unset it where it is set.") from None


def _hashed(folder: str) -> bool:
    try:
        with os.scandir(folder) as entries:
            return sum(1 for entry in entries if _HASHED.fullmatch(entry.name)) >= FEWEST
    except OSError:
        return False


def _bundle() -> str:
    import certifi  # noqa: PLC0415 - a machine with a folder does without

    return certifi.where()
