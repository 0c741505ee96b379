//! A directory with files, the command run in it, and what a run leaves behind.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// What a run of the command left behind.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A directory with files in it, to run the command in.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn with(files: &[(&str, &[u8])]) -> Self {
        let place = Self(tempfile::tempdir().expect("a directory can be made"));
        for (name, bytes) in files {
            fs::write(place.path(name), bytes).expect("a file can be written");
        }
        place
    }

    /// The directory itself.
    pub(crate) fn directory(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with_input(arguments, b"")
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut child = command(arguments)
            .current_dir(self.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        child.stdin.take().expect("it has an input").write_all(input).expect("it reads its input");
        Run::from(child.wait_with_output().expect("it ends"))
    }
}

pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ascribe"));
    command.args(arguments).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("it prints UTF-8"),
            err: String::from_utf8(output.stderr).expect("it complains in UTF-8"),
        }
    }
}

impl Run {
    /// The lines of standard output as JSON.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
    }

    /// The ids of the documents that were answered.
    pub(crate) fn ids(&self) -> Vec<String> {
        let id = |line: Value| line["document_id"].as_str().unwrap_or_default().to_owned();
        self.lines().into_iter().filter(|line| line.get("error").is_none()).map(id).collect()
    }

    /// What stands on standard error but for the summary of a run over several documents, which tells how fast it was.
    pub(crate) fn complaints(&self) -> String {
        let is_summary =
            |line: &&str| line.starts_with("ascribe: read ") && line.contains(" documents a second");
        self.err.split_inclusive('\n').filter(|line| !is_summary(line)).collect()
    }

    #[track_caller]
    pub(crate) fn check(&self, code: i32, err: &str) {
        assert_eq!((self.code, self.complaints().as_str()), (Some(code), err));
    }
}
