"""Promises about trust: who is taken for Spotify, and who never is. All over real TLS on loopback."""

import socket
from datetime import UTC, datetime
from pathlib import Path
from ssl import SSLCertVerificationError, SSLContext
from typing import NamedTuple
from urllib.parse import urlsplit

import certifi
import pytest
import trustme

from lib.errors import PassingError, SettingsError
from lib.fake_spotify.loopback import serve
from lib.fake_spotify.service import FakeSpotify
from lib.spotify.tls import FEWEST, tls_context
from lib.spotify.transport import Http, connect
from tests.support import certificates
from tests.support.home import Home

HOST = "127.0.0.1"
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
AUTHORITY = trustme.CA()
STRANGER = trustme.CA()
GOOD = AUTHORITY.issue_cert(HOST)
BAD = {
    "Hostname mismatch|IP address mismatch": AUTHORITY.issue_cert("accounts.spotify.example"),
    "certificate has expired": AUTHORITY.issue_cert(
        HOST, not_before=datetime(2000, 1, 1, tzinfo=UTC), not_after=LONG_AGO
    ),
    "unable to get local issuer|self.signed": STRANGER.issue_cert(HOST),
}
WAYS = ["SSL_CERT_FILE", "SSL_CERT_DIR", "the system's folder"]
ways = pytest.mark.parametrize("way", WAYS)
needs_openssl = pytest.mark.skipif(bool(certificates.NO_OPENSSL), reason=certificates.NO_OPENSSL)


class Machine(NamedTuple):
    """A machine on which this test's authority is trusted beside all the others."""

    bundle: Path
    folder: Path

    def context(self, way: str) -> SSLContext:
        if way == "SSL_CERT_FILE":
            return tls_context({way: str(self.bundle)})
        return tls_context({way: str(self.folder)} if way == "SSL_CERT_DIR" else {}, str(self.folder))


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    place = tmp_path_factory.mktemp("machine")
    bundle = certificates.bundle(place / "bundle.pem", AUTHORITY)
    return Machine(bundle, certificates.folder(place / "certs", bundle))


def shakes_hands(context: SSLContext, certificate: trustme.LeafCert, fake_spotify: FakeSpotify) -> None:
    """Raises SSLCertVerificationError when a server that shows this certificate is not trusted."""
    with (
        serve(fake_spotify.answer, certificates.server(certificate)) as url,
        socket.create_connection((HOST, urlsplit(url).port or 0), timeout=10) as plain,
    ):
        context.wrap_socket(plain, server_hostname=HOST).close()


@needs_openssl
@ways
def test_a_certificate_by_a_trusted_authority_is_taken(machine: Machine, way: str, fake_spotify: FakeSpotify) -> None:
    shakes_hands(machine.context(way), GOOD, fake_spotify)


@needs_openssl
@ways
@pytest.mark.parametrize("why", BAD)
def test_a_wrong_host_an_expired_and_an_unknown_certificate_are_refused(
    machine: Machine, way: str, why: str, fake_spotify: FakeSpotify
) -> None:
    with pytest.raises(SSLCertVerificationError, match=why):
        shakes_hands(machine.context(way), BAD[why], fake_spotify)


@needs_openssl
def test_a_hashed_folder_is_read_only_as_far_as_needed(machine: Machine, fake_spotify: FakeSpotify) -> None:
    context = machine.context("the system's folder")
    assert context.cert_store_stats()["x509"] == 0
    shakes_hands(context, GOOD, fake_spotify)
    assert context.cert_store_stats()["x509"] == 1


@needs_openssl
@pytest.mark.parametrize("kind", ["missing", "empty", "unhashed", "almost unhashed"])
def test_where_the_system_has_no_hashed_folder_certifi_stands_in(
    machine: Machine, kind: str, tmp_path: Path, fake_spotify: FakeSpotify
) -> None:
    folder = tmp_path / "certs"
    if kind != "missing":
        folder.mkdir()
    if "unhashed" in kind:
        for number in range(FEWEST):
            (folder / f"authority-{number}.pem").write_bytes(AUTHORITY.cert_pem.bytes())
    if kind == "almost unhashed":
        for hashed in sorted(machine.folder.glob("*.[0-9]"))[: FEWEST - 1]:
            (folder / hashed.name).symlink_to(hashed)
    context = tls_context({}, str(folder))
    assert context.cert_store_stats()["x509_ca"] == Path(certifi.where()).read_text().count("BEGIN CERTIFICATE")
    with pytest.raises(SSLCertVerificationError):
        shakes_hands(context, GOOD, fake_spotify)


@needs_openssl
def test_a_folder_that_is_named_is_taken_at_its_word(
    machine: Machine, tmp_path: Path, fake_spotify: FakeSpotify
) -> None:
    with pytest.raises(SSLCertVerificationError):
        shakes_hands(
            tls_context({"SSL_CERT_FILE": "", "SSL_CERT_DIR": str(tmp_path)}, str(machine.folder)), GOOD, fake_spotify
        )


@needs_openssl
def test_a_file_and_a_folder_that_are_named_are_both_trusted(
    machine: Machine, tmp_path: Path, fake_spotify: FakeSpotify
) -> None:
    STRANGER.cert_pem.write_to_path(str(tmp_path / "other.pem"))
    context = tls_context({"SSL_CERT_FILE": str(tmp_path / "other.pem"), "SSL_CERT_DIR": str(machine.folder)})
    shakes_hands(context, GOOD, fake_spotify)
    shakes_hands(context, STRANGER.issue_cert(HOST), fake_spotify)


@pytest.mark.parametrize("content", [None, "no certificate\n"])
def test_a_file_that_holds_no_certificates_is_a_setting_to_correct(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "bundle\x1b.pem"
    if content:
        file.write_text(content)
    with pytest.raises(SettingsError, match=r"SSL_CERT_FILE \(.*bundle\ufffd\.pem\)") as caught:
        tls_context({"SSL_CERT_FILE": str(file)})
    assert caught.value.remedy == "Correct or unset it in the environment."


@pytest.mark.parametrize("kind", ["a folder", "in no folder"])
def test_a_key_log_that_cant_be_written_is_a_setting_to_correct(tmp_path: Path, home: Home, kind: str) -> None:
    home.authorize()
    key_log = tmp_path if kind == "a folder" else tmp_path / "none" / "keys"
    done = home.job(env={"SSLKEYLOGFILE": str(key_log)})
    assert done.returncode == 78
    assert "SSLKEYLOGFILE" in done.stderr
    assert str(key_log) in done.stderr


PROXIES = [
    ("ALL_PROXY", "socks5://me:hush-hush@proxy.example:1080"),
    ("ALL_PROXY", "socks://me:hush-hush@proxy.example:1080"),
    ("all_proxy", "socks5h://me:hush-hush@proxy.example:1080"),
    ("HTTPS_PROXY", "ftp://me:hush-hush@proxy.example"),
    ("https_proxy", "http://me:hush-hush@proxy.example:port"),
    ("HTTP_PROXY", "ftp://me:hush-hush@proxy.example"),
    ("NO_PROXY", "localhost,[::1]"),
]


@pytest.mark.parametrize(
    ("script", "name", "value"),
    [*(("nowplaying_job.py", *proxy) for proxy in PROXIES), ("bootstrap_token.py", *PROXIES[0])],
)
def test_a_proxy_that_cant_be_used_is_a_setting_to_correct(home: Home, script: str, name: str, value: str) -> None:
    home.authorize()
    done = home.script(script, env={name: value})
    assert done.returncode == 78
    (line,) = done.stderr.splitlines()
    assert name.upper() in line
    assert "Correct or unset it: a proxy is http://HOST:PORT" in line
    assert "hush-hush" not in done.stdout + done.stderr
    assert home.fake_spotify.requests == []


def test_a_loopback_address_is_never_asked_through_a_proxy(home: Home) -> None:
    home.authorize()
    nobody = "http://127.0.0.1:9"
    assert home.job(env={"HTTP_PROXY": nobody, "ALL_PROXY": nobody}).returncode == 0
    assert home.fake_spotify.requests


@pytest.mark.parametrize("why", BAD)
def test_nothing_is_sent_to_one_who_is_not_trusted(tmp_path: Path, why: str, fake_spotify: FakeSpotify) -> None:
    environ = {"SSL_CERT_FILE": str(certificates.bundle(tmp_path / "bundle.pem", AUTHORITY))}
    with (
        serve(fake_spotify.answer, certificates.server(BAD[why])) as url,
        connect(environ) as client,
        pytest.raises(PassingError, match=f"can't be trusted .*({why})"),
    ):
        Http(client).request("POST", f"{url}/api/token", headers={}, form={"refresh_token": "secret"})
    assert fake_spotify.requests == []


@pytest.mark.slow
def test_the_job_asks_whom_it_trusts_and_nobody_else(tmp_path: Path, fake_spotify: FakeSpotify) -> None:
    environ = {"SSL_CERT_FILE": str(certificates.bundle(tmp_path / "bundle.pem", AUTHORITY))}
    with serve(fake_spotify.answer, certificates.server(GOOD)) as url:
        home = Home(tmp_path, fake_spotify, url)
        home.authorize()
        assert home.job(env={}).returncode == 75
        assert fake_spotify.requests == []
        assert home.job(env=environ).returncode == 0
        assert len(fake_spotify.requests) == 3
