from lib.spotify.listener import Listener, track
from tests.support.home import Home


def test_a_run_logs_what_plays(home: Home, listener: Listener) -> None:
    home.authorize()
    listener.quiet(3_500_000).begin(track("Song", ["Band"], "Album", 300_000)).listen()
    done = home.job()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert home.titles() == ["Song"]
