//! `ascribe load` as its callers meet it.

use std::process::{Command, Output};

use serde_json::Value;

use super::server::{Scripted, Server};

/// Runs the command, without blocking the server of the test.
async fn load(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ascribe"));
    command.arg("load").args(arguments).env_remove("ASCRIBE_API_KEY");
    let ran = tokio::task::spawn_blocking(move || command.output());
    ran.await.expect("it doesn't panic").expect("the command can be run")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("it writes UTF-8")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_is_json_or_a_table() {
    let server = Server::scripted(&Scripted::new()).await;
    let target = format!("http://{}", server.address);
    let place = tempfile::tempdir().expect("a place for files");
    let (input, picture) = (place.path().join("a.jsonl"), place.path().join("a.svg"));
    std::fs::write(&input, "{\"id\": \"a\", \"text\": \"One.\"}\n{\"id\": \"b\", \"text\": \"Two.\"}\n")
        .expect("it can be written");
    let [input, picture] = [&input, &picture].map(|path| path.to_str().expect("a path of UTF-8"));
    let common = ["--target", &target, "--rate", "20", "--seconds", "1", "--input", input];
    let run = load(&[&common[..], &["--format", "json", "--poisson", "1", "--plot", picture]].concat()).await;
    assert_eq!((run.status.code(), text(&run.stderr)), (Some(0), ""));
    let report: Value = serde_json::from_slice(&run.stdout).expect("one JSON object");
    assert_eq!(report["outcomes"][0]["outcome"], "OK");
    assert_eq!(report["outcomes"][0]["calls"], report["begun"]);
    assert!(report["outcomes"][0]["latency"]["p999_ms"].is_number(), "{report}");
    assert!(std::fs::read_to_string(picture).expect("the picture is there").contains("by chance (seed 1)"));
    let run = load(&common).await;
    assert_eq!(run.status.code(), Some(0));
    let table = text(&run.stdout);
    for part in ["20 calls a second, evenly", "20 begun, 0 unsent", "p99.9", "OK", "health checks"] {
        assert!(table.contains(part), "{part} in {table}");
    }
}

#[tokio::test]
async fn arguments_that_make_no_sense_are_refused() {
    let foreign = ["--target", "http://192.0.2.1:50051", "--rate", "1"];
    let stream =
        ["--target", "http://127.0.0.1:1", "--rate", "1", "--method", "stream", "--deadline-ms", "5"];
    for (arguments, message) in [
        (
            &foreign[..],
            "ascribe: http://192.0.2.1:50051 is not this machine: pass --any-target to load it anyway",
        ),
        (&stream[..], "ascribe: --method stream has no deadlines: remove --deadline-ms"),
        (&["--rate", "0"][..], "not a number from 0.001 to 1000000"),
        (&["--seconds", "1"][..], "--rate <N>"),
        (&["--rate", "1", "--closed", "1"][..], "cannot be used with"),
        (&["--rate", "1", "--input", "/no/such.txt"][..], "/no/such.txt: there is no such file"),
    ] {
        let run = load(arguments).await;
        assert_eq!(run.status.code(), Some(2), "{arguments:?}");
        assert!(text(&run.stderr).contains(message), "{arguments:?}: {}", text(&run.stderr));
    }
}
