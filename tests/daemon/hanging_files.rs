//! Files that turn into something else: pipes, nothing at all. The others are read on.
#![cfg(unix)]

use std::fs;
use std::process::Command;
use std::thread;

use crate::daemon::{Daemon, Place};

/// Puts a pipe that nobody writes where a file stands.
fn make_pipe(place: &Place, name: &str) {
    let path = place.path(name);
    let new = place.path("pipe.new");
    assert!(Command::new("mkfifo").arg(&new).status().expect("there is mkfifo").success());
    fs::rename(new, path).expect("it can be renamed");
}

fn line(place: &Place, name: &str) -> String {
    let (code, line, told) = place.run(&["key", name], &[]);
    assert_eq!(code, Some(0), "{told}");
    line
}

fn reloads(what: &str, outcome: &str) -> String {
    format!("ascribe_reloads_total{{what=\"{what}\",outcome=\"{outcome}\"}}")
}

#[test]
fn a_pipe_in_the_place_of_a_file_holds_up_no_other_file_and_no_signal() {
    let place = Place::with(&[("mine.tsv", "# nothing yet\n")]);
    let key = line(&place, "desk");
    place.write("keys", &key);
    let daemon = Daemon::start(&place, &["--api-keys", "keys", "--lexicon", "mine.tsv"]);

    make_pipe(&place, "keys");
    daemon.logs("keeping the old keys: keys: is a pipe, not a file");
    assert_eq!(daemon.metric(&reloads("keys", "refused")), Some(1.0));
    // Another file is read, and the signal is heard.
    place.write("mine.tsv", "# still nothing\n");
    daemon
        .eventually("the lexicon is read", |daemon| daemon.metric(&reloads("lexicon", "taken")) == Some(1.0));
    daemon.signal("HUP");
    daemon.eventually("both are looked at", |daemon| {
        daemon.metric(&reloads("lexicon", "taken")) == Some(2.0)
            && daemon.metric(&reloads("keys", "refused")) == Some(2.0)
    });
    // A file again: it is taken.
    place.write("keys", &format!("{}:off\n", key.trim_end()));
    daemon.logs("read again: keys of 1 callers");
}

#[test]
fn a_pipe_is_read_once_at_the_start() {
    let place = Place::with(&[]);
    let key = line(&place, "desk");
    make_pipe(&place, "keys");
    let path = place.path("keys");
    let writer = thread::spawn(move || fs::write(path, key).expect("the service reads it"));
    let daemon = Daemon::start(&place, &["--api-keys", "keys"]);
    writer.join().expect("it was written");
    daemon.signal("HUP");
    daemon
        .logs("keeping the old keys: keys: was a pipe when the service started, which can be read only once");
}

#[test]
fn what_is_no_file_stops_the_start() {
    let place = Place::with(&[]);
    for (flags, told) in [
        (&["--api-keys", "."][..], "api-keys: .: is a directory, not a file"),
        (&["--api-keys", "/dev/zero"], "api-keys: /dev/zero: is a device, not a file"),
        (&["--lexicon", "/dev/zero"], "/dev/zero: is a device, not a file"),
        (&["--config", "/dev/zero"], "/dev/zero: is a device, not a file"),
        (&["--tls-cert", "/dev/zero", "--tls-key", "."], "tls-cert: can't read /dev/zero: is a device"),
    ] {
        let (code, _, err) = place.run(&[&["serve", "--listen", "127.0.0.1:0"], flags].concat(), &[]);
        assert_eq!(code, Some(2), "{err}");
        assert!(err.contains(told), "{err}");
    }
}

#[test]
fn an_emptied_file_of_keys_locks_nobody_out() {
    let place = Place::with(&[]);
    place.write("keys", &line(&place, "desk"));
    let daemon = Daemon::start(&place, &["--api-keys", "keys"]);
    for (count, nobody) in [(1.0, ""), (2.0, "# nobody\n\n")] {
        place.write("keys", nobody);
        daemon
            .eventually("it is refused", |daemon| daemon.metric(&reloads("keys", "refused")) == Some(count));
    }
    daemon.logs("keeping the old keys: keys: holds no key");
    for nobody in ["", "# nobody\n"] {
        place.write("none", nobody);
        let (code, _, err) = place.run(&["serve", "--listen", "127.0.0.1:0", "--api-keys", "none"], &[]);
        assert_eq!(code, Some(2), "{err}");
        assert!(err.contains("api-keys: none: holds no key"), "{err}");
    }
}
