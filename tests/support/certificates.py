"""Certificates as a machine has them: a test's own authority among all that Mozilla trusts, as a file and as a folder.

The folder is what Debian has in /etc/ssl/certs: a file for each certificate, named by the hash of whom it belongs to,
so that OpenSSL opens the one that it needs.
"""

import shutil
import ssl
import subprocess
from pathlib import Path

import certifi
import trustme

NO_OPENSSL = "" if shutil.which("openssl") else "openssl, which makes the folder, is not installed"
_END = "-----END CERTIFICATE-----"


def bundle(path: Path, *authorities: trustme.CA) -> Path:
    """A copy of certifi's bundle and these authorities; returns `path`."""
    own = [authority.cert_pem.bytes().decode() for authority in authorities]
    path.write_text("\n".join([Path(certifi.where()).read_text(encoding="utf-8"), *own]), encoding="utf-8")
    return path


def folder(path: Path, certificates: Path) -> Path:
    """The certificates of a bundle as a hashed folder; returns `path`."""
    path.mkdir()
    parts = certificates.read_text(encoding="utf-8").split(_END)[:-1]
    for number, part in enumerate(parts):
        (path / f"{number}.pem").write_text(f"{part}{_END}\n", encoding="utf-8")
    subprocess.run(["openssl", "rehash", path], check=True, capture_output=True)
    return path


def server(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """What a server needs to show this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context
