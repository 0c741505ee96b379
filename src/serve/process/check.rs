//! Everything that a service starts with, looked at as at its start; no port is opened and no collector called.
//!
//! In: settings. Out: what stands in each file that they name, or what is wrong with it, all of it in one run.

use std::path::Path;
use std::sync::Arc;

use super::daemon::{EngineFiles, EngineLoader, parse_keys};
use crate::serve::files::read_in_time;
use crate::serve::settings::Settings;
use crate::serve::telemetry::metrics::Metrics;
use crate::serve::transport::tls::Tls;
use crate::serve::work::engine::Engine;

/// One thing that a service starts with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckedPart {
    /// What it is: "settings", "lexicon".
    pub what: &'static str,
    /// What was found, or why the service wouldn't start with it.
    pub found: Result<String, String>,
    /// What it would warn of.
    pub warnings: Vec<String>,
}

impl CheckedPart {
    const fn new(what: &'static str, found: Result<String, String>) -> Self {
        Self { what, found, warnings: Vec::new() }
    }
}

/// Looks at all that these settings name. Blocks, as long as the files take.
#[must_use]
pub fn check(settings: &Settings, load: &EngineLoader) -> Vec<CheckedPart> {
    let mut parts = vec![of_settings(settings)];
    parts.push(CheckedPart::new("lexicon", lexicon(settings.lexicon.as_deref(), load)));
    parts.push(CheckedPart::new("model", model(settings.model.as_deref(), load)));
    if let Some(file) = &settings.api_keys {
        let keys = read(file).and_then(|contents| parse_keys(&vec![contents]));
        let found = keys.map(|keys| format!("{}: {} callers", file.display(), keys.len()));
        parts.push(CheckedPart::new("keys", found));
    }
    parts.extend(certificates(settings));
    parts
}

fn of_settings(settings: &Settings) -> CheckedPart {
    let file = settings.config.as_ref().map(|file| format!("{}, ", file.display())).unwrap_or_default();
    let admin = settings.admin_listen.map(|admin| format!(", for operators at {admin}")).unwrap_or_default();
    let found = format!("{file}for calls at {}{admin}", settings.listen);
    CheckedPart { warnings: settings.notes.clone(), ..CheckedPart::new("settings", Ok(found)) }
}

fn lexicon(file: Option<&Path>, load: &EngineLoader) -> Result<String, String> {
    let engine = engine(file, load, |lexicon| EngineFiles { lexicon, model: None })?;
    let (lexicon, name) = (engine.lexicon(), name(file));
    Ok(format!("{name}: {} entries in all, version {}", lexicon.entries().len(), lexicon.version()))
}

fn model(file: Option<&Path>, load: &EngineLoader) -> Result<String, String> {
    let engine = engine(file, load, |model| EngineFiles { lexicon: None, model })?;
    Ok(format!("{}: tagger {}", name(file), engine.tagger_version()))
}

fn name(file: Option<&Path>) -> String {
    file.map_or_else(|| "built in".to_owned(), |file| file.display().to_string())
}

/// An engine with one file of its own, so that each file's faults are told whatever is wrong with the other.
fn engine(
    file: Option<&Path>,
    load: &EngineLoader,
    files: impl Fn(Option<(String, Vec<u8>)>) -> EngineFiles,
) -> Result<Arc<dyn Engine>, String> {
    load(files(file.map(read).transpose()?))
}

/// A file's name and what stands in it.
fn read(file: &Path) -> Result<(String, Vec<u8>), String> {
    let name = file.display().to_string();
    match read_in_time(file) {
        Ok(bytes) => Ok((name, bytes)),
        Err(why) => Err(format!("{name}: {why}")),
    }
}

/// The certificates and their key, where there are any.
fn certificates(settings: &Settings) -> Option<CheckedPart> {
    let config = settings.service.tls.clone()?;
    let path = config.certificate.display().to_string();
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let loaded = runtime.map_err(|error| error.to_string()).and_then(|runtime| {
        runtime.block_on(Tls::load(config, Metrics::default())).map_err(|error| error.to_string())
    });
    let (found, warnings) = match loaded {
        Err(why) => (Err(why), Vec::new()),
        Ok((_, files)) => {
            let end = files.end().map(|end| format!(" ends on {end}")).unwrap_or_default();
            (Ok(format!("{path}{end}")), files.warnings().map(str::to_owned).collect())
        }
    };
    Some(CheckedPart { what: "certificates", found, warnings })
}
