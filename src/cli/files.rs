//! Files that are read whole: texts, lexicons, models, gold.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::{Failure, reason};
use super::input::objects::{Fields, Name};
use super::input::{json_fault, utf8};
use crate::wire::{self, v1};
use ascribe_engine::{Alias, Extractor, ExtractorBuilder, Lexicon, Network};

/// How standard input is named among files.
pub(super) const STANDARD_INPUT: &str = "-";

/// The bytes of a file, or of standard input.
pub(super) fn read_bytes(file: &Path) -> Result<Vec<u8>, String> {
    let bytes = if file.as_os_str() == STANDARD_INPUT {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(file)
    };
    bytes.map_err(|error| reason(&error))
}

/// A file as text.
pub(super) fn read_text(file: &Path) -> Result<String, Failure> {
    let read = read_bytes(file).and_then(utf8);
    read.map_err(|why| Failure::Read { file: file.display().to_string(), why })
}

/// The arguments of every command that extracts.
#[derive(Debug, Args)]
pub(super) struct ExtractorFiles {
    /// A lexicon file: its entries are added to the built-in ones and replace those of the same lemma and category
    #[arg(long, value_name = "FILE")]
    pub(super) lexicon: Option<PathBuf>,
    /// A model file to use instead of the built-in model
    #[arg(long, value_name = "FILE")]
    pub(super) model: Option<PathBuf>,
    /// The language of the texts, such as "en": they are read whatever they look like. Without it a text that surely is in
    /// another language is not read
    #[arg(long, value_name = "CODE", value_parser = language)]
    pub(super) language: Option<String>,
}

impl ExtractorFiles {
    /// An extractor with what is built in and what these files have instead.
    pub(super) fn extractor(&self) -> Result<Extractor, Failure> {
        let builder = builder(contents(self.lexicon.as_deref())?, contents(self.model.as_deref())?)?;
        let is_given = self.language.as_deref().is_some_and(|code| wire::language_is_given(code) == Ok(true));
        Ok(if is_given { builder.language_is_given() } else { builder }.build())
    }
}

/// A language that is read, or none: "und".
fn language(code: &str) -> Result<String, String> {
    wire::language_is_given(code).map(|_| code.to_owned())
}

/// What stands in a file, with its name.
type Contents = (String, Vec<u8>);

fn contents(file: Option<&Path>) -> Result<Option<Contents>, Failure> {
    let Some(file) = file else { return Ok(None) };
    let name = file.display().to_string();
    match read_bytes(file) {
        Ok(bytes) => Ok(Some((name, bytes))),
        Err(why) => Err(Failure::Read { file: name, why }),
    }
}

/// An extractor with what is built in and what stands in these files instead.
pub(super) fn extractor(lexicon: Option<Contents>, model: Option<Contents>) -> Result<Extractor, Failure> {
    Ok(builder(lexicon, model)?.build())
}

fn builder(lexicon: Option<Contents>, model: Option<Contents>) -> Result<ExtractorBuilder, Failure> {
    let lexicon = extended(lexicon)?;
    let Some((file, bytes)) = model else { return Ok(Extractor::builder().lexicon(lexicon)) };
    let network = Network::from_file(bytes).map_err(|error| Failure::Model { file, error })?;
    Ok(Extractor::builder().lexicon(lexicon).network(network))
}

/// What a line of a file of aliases may say: the fields of the service's message.
const ALIAS: [Name; 4] = [
    Name { name: "name", others: &["full_name", "resolved_name", "person"] },
    Name { name: "variants", others: &["aliases", "names", "also", "other_names"] },
    Name { name: "title", others: &["role", "office"] },
    Name { name: "entity_kind", others: &["kind", "type"] },
];

/// The aliases of a file: a line is one, as the service takes it.
pub(super) fn aliases(file: &Path) -> Result<Vec<Alias>, Failure> {
    let text = read_text(file)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let (mut aliases, mut faults) = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match alias(line) {
            Ok(alias) => aliases.push(alias),
            Err(why) => faults.push((index + 1, why)),
        }
    }
    if faults.is_empty() {
        Ok(aliases)
    } else {
        Err(Failure::Aliases { file: file.display().to_string(), faults })
    }
}

fn alias(line: &str) -> Result<Alias, String> {
    if let Some(fault) = Fields::of(line, &ALIAS)?.fault {
        return Err(fault);
    }
    let message: v1::Alias = serde_json::from_str(line).map_err(|error| json_fault(&error))?;
    wire::alias(message).map_err(|violation| format!("the {} {}", violation.field, violation.description))
}

/// The embedded lexicon with, where there is one, the entries of a file.
pub(super) fn lexicon(file: Option<&Path>) -> Result<Lexicon, Failure> {
    extended(contents(file)?)
}

fn extended(entries: Option<Contents>) -> Result<Lexicon, Failure> {
    let embedded = Lexicon::embedded();
    let Some((file, bytes)) = entries else { return Ok(embedded) };
    match utf8(bytes) {
        Ok(entries) => embedded.extended_by(&entries).map_err(|error| Failure::Lexicon { file, error }),
        Err(why) => Err(Failure::Read { file, why }),
    }
}
