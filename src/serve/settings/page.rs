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

`ascribe serve --check`, with the same flags, variables and file, tells what is wrong without starting
([operating.md](operating.md#before-a-start)).
";

/// What follows the tables.
const ENDING: &str = "
## OpenTelemetry's variables

The service sends traces where `otlp-endpoint` says, or else where OpenTelemetry's own variables do. They are usually set for
all programs of a platform: what of them doesn't suit this service is a warning in the log, and keeps nothing from starting.

| variable | what it does here |
|---|---|
| `OTEL_SERVICE_NAME`; `service.name` in `OTEL_RESOURCE_ATTRIBUTES` | the name of the service in traces; the first wins; by default `ascribe` |
| `OTEL_RESOURCE_ATTRIBUTES` | further attributes; `service.version` is the release unless it stands there |
| `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `OTEL_EXPORTER_OTLP_ENDPOINT` | where traces go if `otlp-endpoint` isn't set; an `http://` URL |
| `OTEL_EXPORTER_OTLP_TRACES_PROTOCOL`, `OTEL_EXPORTER_OTLP_PROTOCOL` | has to be `grpc` or nothing: with another one no traces are sent to an endpoint of OpenTelemetry's variables; beside `otlp-endpoint` it isn't read |
| `OTEL_TRACES_EXPORTER` | `none`: no traces, unless `otlp-endpoint` is set |
| `OTEL_SDK_DISABLED` | `true`: no traces, whatever else is set |
| `OTEL_EXPORTER_OTLP_INSECURE`, `…_HEADERS`, `…_TIMEOUT`, `…_COMPRESSION` (`gzip`, `zstd`), and those of `…_TRACES_…` | as OpenTelemetry says |
| `OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG`, `OTEL_SPAN_…_LIMIT`, `OTEL_BSP_…` | as OpenTelemetry says; `OTEL_BSP_MAX_QUEUE_SIZE` may be at most 65536 |
| `OTEL_PROPAGATORS` | isn't read: W3C `traceparent` is continued |
| those of metrics and logs | aren't read: metrics are at `/metrics`, the log on standard error |
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
    page + ENDING
}
