//! The page about the settings, `docs/configuration.md`, made from the table.

use std::fmt::Write;

use super::SETTINGS;

const OPENING: &str = "# Configuration of `ascribe serve`

This page is made from the table in `src/serve/settings/table.rs`; a test compares it with the code.

There are three ways to give a setting; the first that gives it wins:

1. as a flag: `--max-in-flight 64`
2. in the environment: `ASCRIBE_MAX_IN_FLIGHT=64` (an empty variable counts as none)
3. in a TOML file that `--config` or `ASCRIBE_CONFIG` names: `max-in-flight = 64`

Lists have commas between their entries. A flag of one may also be given several times, and the file may have an array.

If a value isn't allowed, or a key of the file or an `ASCRIBE_…` variable names no setting, the service doesn't start and
opens no port. It reports all such faults at once, each with where it came from, its value and what is allowed (or the
setting that is probably meant), and exits with code 2. A value that may be a secret (a key, a section of PEM, a URL with a
password) isn't shown. Variables that Kubernetes and Docker set for a service named `ascribe` (`ASCRIBE_PORT`,
`ASCRIBE_SERVICE_HOST` and the like) pass.

`TOKIO_WORKER_THREADS` (1 to 1024) is how many threads serve connections, by default one per processor; `workers`, below, is
how many read texts.
";

/// The page as Markdown.
#[must_use]
pub fn page() -> String {
    let mut page = OPENING.to_owned();
    let mut heading = "";
    for setting in SETTINGS {
        if setting.heading != heading {
            heading = setting.heading;
            // Writing into a string doesn't fail.
            let _ = write!(
                page,
                "\n## {heading}\n\n| flag and key | environment | what it does | allowed | default |\n|---|---|---|---|---|\n"
            );
        }
        let default = setting.default().map_or_else(|| "none".to_owned(), |default| format!("`{default}`"));
        let _ = writeln!(
            page,
            "| `{}` | `{}` | {} | {} | {default} |",
            setting.name,
            setting.environment(),
            setting.help,
            setting.allowed(),
        );
    }
    page
}
