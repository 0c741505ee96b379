//! `ascribe cues`: the lexicon's entries, all or those of a word, to read or as a lexicon file.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use unicode_width::UnicodeWidthStr;

use super::exit::PARTLY;
use super::failure::{Failure, complain};
use super::files;
use ascribe_engine::{CueCategory, CueEntry, CueForm, CueTrait};

/// The arguments of `ascribe cues`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only entries with this lemma or form, with their forms and examples
    word: Option<String>,
    /// How to write them
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    format: ListFormat,
    /// A lexicon file: its entries are added to the built-in ones and replace those of the same lemma and category
    #[arg(long, value_name = "FILE")]
    lexicon: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// For people
    Table,
    /// Lines of a lexicon file, which you can edit and pass to --lexicon
    Tsv,
}

/// Prints the entries.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let lexicon = files::lexicon(arguments.lexicon.as_deref())?;
    let word = arguments.word.as_deref().map(normal);
    let wanted = |entry: &&CueEntry| word.as_ref().is_none_or(|word| holds(entry, word));
    let entries: Vec<&CueEntry> = lexicon.entries().iter().filter(wanted).collect();
    let mut output = std::io::stdout().lock();
    match (arguments.format, &arguments.word) {
        (_, Some(word)) if entries.is_empty() => {
            complain(&format!("the lexicon has no cue {word:?}"));
            return Ok(ExitCode::from(PARTLY));
        }
        (ListFormat::Tsv, _) => {
            for entry in entries {
                writeln!(output, "{}", lexicon_line(entry))?;
            }
        }
        (ListFormat::Table, None) => write!(output, "{}", table(&entries))?,
        (ListFormat::Table, Some(_)) => {
            for entry in entries {
                writeln!(output, "{}", card(entry))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A word as the lexicon writes it: lower case, single spaces, straight apostrophes.
fn normal(word: &str) -> String {
    let words: Vec<&str> = word.split_whitespace().collect();
    words.join(" ").to_lowercase().replace('’', "'")
}

fn holds(entry: &CueEntry, word: &str) -> bool {
    entry.lemma == word || entry.forms.iter().any(|form| form.text == word)
}

/// One entry a row, the columns aligned but for the last.
fn table(entries: &[&CueEntry]) -> String {
    let heads = ["LEMMA", "CATEGORY", "TYPE", "ACT", "STANCE", "FRAMES"].map(str::to_owned);
    let rows = entries.iter().map(|entry| {
        let [category, attribution_type, act, stance] = values(entry).map(str::to_owned);
        [entry.lemma.clone(), category, attribution_type, act, stance, frames(entry)]
    });
    let rows: Vec<[String; 6]> = std::iter::once(heads).chain(rows).collect();
    let mut lines = vec![String::new(); rows.len()];
    for column in 0..6 {
        let width = rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
        for (line, row) in lines.iter_mut().zip(&rows) {
            let padding = if column < 5 { width - row[column].width() + 2 } else { 0 };
            line.push_str(&row[column]);
            line.push_str(&" ".repeat(padding));
        }
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

/// All of an entry, to read.
fn card(entry: &CueEntry) -> String {
    let traits = traits(entry);
    let traits = if traits.is_empty() { String::new() } else { format!("  traits:  {traits}\n") };
    format!(
        "{}\n  {}\n  forms:   {}\n  frames:  {}\n{traits}  example: {}\n",
        entry.lemma,
        values(entry).join(" · "),
        entry.spellings().join(", "),
        frames(entry),
        entry.example,
    )
}

/// An entry as a line of a lexicon file, which reads back as the same entry.
fn lexicon_line(entry: &CueEntry) -> String {
    let [category, attribution_type, act, stance] = values(entry);
    let forms = forms_cell(entry);
    let frames = frames(entry);
    let traits = traits(entry);
    let mut columns =
        vec![entry.lemma.as_str(), category, &forms, &frames, attribution_type, act, stance, &entry.example];
    if !traits.is_empty() {
        columns.push(&traits);
    }
    columns.join("\t")
}

/// The traits, as the lexicon's files write them.
fn traits(entry: &CueEntry) -> String {
    entry.traits.iter().map(CueTrait::name).collect::<Vec<_>>().join(" ")
}

/// Category, type, act and stance, as the lexicon's files name them.
fn values(entry: &CueEntry) -> [&'static str; 4] {
    [entry.category.name(), entry.attribution_type.name(), entry.act.name(), entry.stance.name()]
}

/// The frames with their reliabilities, as the lexicon's files write them.
fn frames(entry: &CueEntry) -> String {
    let frames =
        entry.frames.iter().map(|licensed| format!("{}:{}", licensed.frame.name(), licensed.reliability));
    frames.collect::<Vec<_>>().join(" ")
}

/// The forms as the lexicon's files write them: a cell for each inflection of a verb, its variants with "/".
fn forms_cell(entry: &CueEntry) -> String {
    let same_cell = |left: &CueForm, right: &CueForm| {
        entry.category == CueCategory::Verb && left.inflection == right.inflection
    };
    let cells = entry.forms.chunk_by(same_cell).map(|variants| {
        let variants: Vec<&str> = variants.iter().map(|form| form.text.as_str()).collect();
        variants.join("/")
    });
    cells.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ascribe_engine::Lexicon;

    #[test]
    fn every_entry_reads_back_as_itself() {
        let lexicon = Lexicon::embedded();
        let file: String = lexicon.entries().iter().map(|entry| lexicon_line(entry) + "\n").collect();
        let again = Lexicon::from_file(&file).expect("what was written can be read");
        assert_eq!(again.entries(), lexicon.entries());
    }
}
