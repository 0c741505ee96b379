//! `ascribe evaluate`: gold and what was predicted -> precision, recall and F1.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

mod gold; // files and folders of annotations -> articles

use super::extract::share;
use super::failure::{Failure, complain};
use super::files::ExtractorFiles;
use crate::evaluation::{Article, Side, compare, disagreements, field_figures, figures, legend};
use ascribe_engine::DEFAULT_MIN_CONFIDENCE;

/// What stands below the options.
const ROWS: &str = "\
Rows: 'tokens', 'spans' and 'strict' compare the words of a role; 'attribution' counts who said what, where content and \
source each share at least half of their words with gold's: the figure to quote; 'attribution=' counts where every role is \
the same to the word; 'field …' (--fields) counts how often a field agrees where the contents do. The table says so again.";

/// The arguments of `ascribe evaluate`.
#[derive(Debug, Args)]
#[command(after_long_help = ROWS)]
pub(super) struct Arguments {
    /// Gold: files and folders, in any of these forms. JSON lines, {"id": …, "text": …, "attributions": [{"source": [[0, 3]],
    /// …}, …]}; a folder (or .ann files) of brat; an export of Label Studio (JSON) or doccano (JSONL, with relations)
    #[arg(value_name = "GOLD", required = true)]
    gold: Vec<PathBuf>,
    /// Compare this file or folder with gold instead of extracting: the same forms, or what `extract --format jsonl
    /// --offsets code-points` writes. Articles are paired by id. May be given several times
    #[arg(long, value_name = "FILE", conflicts_with_all = ["lexicon", "model"])]
    predicted: Vec<PathBuf>,
    /// Leave out predicted claims of less confidence than this, between 0 and 1 [default: 0.35 where the claims are
    /// extracted, none for --predicted]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    min_confidence: Option<f32>,
    /// Ignore predicted claims nested in another claim (for gold without nesting)
    #[arg(long)]
    flat: bool,
    /// Also print how often each field of a claim agrees, as far as gold has it
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
    let gold = gold::read(&arguments.gold, Side::Gold)?;
    if gold.iter().all(|article| article.attributions.is_empty()) {
        complain(&"gold holds no attribution: all that is found counts as wrong");
    }
    let mut predicted = arguments.predicted(&gold)?;
    if arguments.flat {
        predicted = predicted.into_iter().map(Article::flattened).collect();
    }
    let comparisons = compare(&gold, &predicted)
        .map_err(|error| Failure::Comparison { gold: arguments.gold_names(), error })?;
    let mut figures = figures(&comparisons);
    if arguments.fields {
        figures = figures.followed_by(field_figures(&comparisons));
    }
    let mut output = std::io::stdout().lock();
    if arguments.json {
        let json = serde_json::to_string_pretty(&figures).expect("figures have a JSON form");
        writeln!(output, "{json}")?;
    } else {
        writeln!(output, "{figures}\n\n{}", legend(&figures))?;
    }
    for (index, disagreement) in disagreements(&comparisons).take(arguments.errors).enumerate() {
        if index == 0 {
            writeln!(output)?;
        }
        writeln!(output, "{disagreement}")?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Arguments {
    /// What is compared with gold: what was given, else what the extractor finds in gold's texts.
    fn predicted(&self, gold: &[Article]) -> Result<Vec<Article>, Failure> {
        if self.predicted.is_empty() {
            let extractor = self.extractor.extractor()?;
            let min_confidence = self.min_confidence.unwrap_or(DEFAULT_MIN_CONFIDENCE);
            let predict = |article: &Article| {
                let text = article.text.as_deref().unwrap_or_default();
                Article::from_claims(&article.id, text, &extractor.extract(text).at_least(min_confidence))
            };
            return Ok(gold.iter().map(predict).collect());
        }
        let predicted = gold::read(&self.predicted, Side::Predicted)?;
        let Some(min_confidence) = self.min_confidence else { return Ok(predicted) };
        let mut attributions = predicted.iter().flat_map(|article| &article.attributions).peekable();
        if attributions.peek().is_some() && attributions.all(|it| it.confidence.is_none()) {
            return Err(Failure::NoConfidence);
        }
        Ok(predicted.into_iter().map(|article| article.at_least(min_confidence)).collect())
    }

    fn gold_names(&self) -> String {
        let names: Vec<String> = self.gold.iter().map(|path| path.display().to_string()).collect();
        names.join(", ")
    }
}
