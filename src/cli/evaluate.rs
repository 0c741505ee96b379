//! `ascribe evaluate`: gold and what was predicted -> precision, recall and F1.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::failure::Failure;
use super::files::{self, ExtractorFiles};
use crate::evaluation::{Article, articles, compare, disagreements, field_figures, figures};

/// The arguments of `ascribe evaluate`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Gold: one article a line, {"id": …, "text": …, "attributions": [{"source": [[0, 3]], …}, …]}; articles are
    /// paired by id, a string or a whole number
    #[arg(value_name = "GOLD.jsonl")]
    gold: PathBuf,
    /// Compare this file with gold instead of extracting: the same form, or what `extract --format jsonl
    /// --offsets code-points` writes
    #[arg(long, value_name = "FILE", conflicts_with_all = ["lexicon", "model"])]
    predicted: Option<PathBuf>,
    /// Ignore predicted claims nested in another claim (for gold without nesting)
    #[arg(long)]
    flat: bool,
    /// Also print how often each field of a claim agrees
    #[arg(long)]
    fields: bool,
    /// Print the first N attributions that were missed or are wrong
    #[arg(long, value_name = "N", default_value_t = 0)]
    errors: usize,
    /// Print the figures as one JSON object
    #[arg(long, conflicts_with = "errors")]
    json: bool,
    #[command(flatten)]
    extractor: ExtractorFiles,
}

/// Compares and prints the figures.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let gold = read(&arguments.gold)?;
    let mut predicted = match &arguments.predicted {
        Some(file) => read(file)?,
        None => extract(&gold, &arguments.extractor)?,
    };
    if arguments.flat {
        predicted = predicted.into_iter().map(Article::flattened).collect();
    }
    let comparisons = compare(&gold, &predicted)
        .map_err(|error| Failure::Comparison { gold: arguments.gold.display().to_string(), error })?;
    let mut figures = figures(&comparisons);
    if arguments.fields {
        figures = figures.followed_by(field_figures(&comparisons));
    }
    let mut output = std::io::stdout().lock();
    if arguments.json {
        let json = serde_json::to_string_pretty(&figures).expect("figures have a JSON form");
        writeln!(output, "{json}")?;
    } else {
        writeln!(output, "{figures}")?;
    }
    for disagreement in disagreements(&comparisons).take(arguments.errors) {
        writeln!(output, "{disagreement}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn read(file: &Path) -> Result<Vec<Article>, Failure> {
    articles(&files::read_text(file)?)
        .map_err(|error| Failure::Articles { file: file.display().to_string(), error })
}

/// What the extractor finds in the gold articles' texts.
fn extract(gold: &[Article], files: &ExtractorFiles) -> Result<Vec<Article>, Failure> {
    let extractor = files.extractor()?;
    let predict = |article: &Article| {
        let text = article.text.as_deref().unwrap_or_default();
        Article::from_claims(&article.id, text, extractor.extract(text).claims())
    };
    Ok(gold.iter().map(predict).collect())
}
