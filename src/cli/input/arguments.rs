//! What the caller says of the input: its form, which columns are what, and which are passed through.

use std::sync::Arc;

use clap::Args;

use super::columns::Columns;
use super::rows::RowReader;
use super::shape::InputForm;

/// The arguments of every command that reads articles.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Input")]
pub(in super::super) struct InputArguments {
    /// How files hold their documents [default: by ending (.jsonl, .ndjson, .jsonlines, .json, .csv, .tsv), else by what
    /// stands at the start where that is sure, else text]
    #[arg(long, value_enum, value_name = "FORM")]
    input: Option<InputForm>,
    /// The column or field with the text [default: text, body, content, article and the like]
    #[arg(long, value_name = "NAME")]
    text_field: Option<String>,
    /// The one with the title, which comes back beside the claims [default: title, headline]
    #[arg(long, value_name = "NAME")]
    title_field: Option<String>,
    /// The one with the id [default: id, `document_id` and the like; else `FILE:LINE`]
    #[arg(long, value_name = "NAME")]
    id_field: Option<String>,
    /// The one with the date of publication [default: `publish_time`, published, date and the like]
    #[arg(long, value_name = "NAME")]
    date_field: Option<String>,
    /// The one with the URL [default: url, link]
    #[arg(long, value_name = "NAME")]
    url_field: Option<String>,
    /// The one with the outlet [default: outlet, publisher, source, domain and the like]
    #[arg(long, value_name = "NAME")]
    outlet_field: Option<String>,
    /// Columns of your own that come back beside the claims, as they are
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    keep: Vec<String>,
}

/// How input is read.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Reading {
    pub(super) form: Option<InputForm>,
    pub(super) rows: Arc<RowReader>,
}

impl InputArguments {
    /// The names of the columns that are passed through.
    pub(in super::super) fn kept(&self) -> &[String] {
        &self.keep
    }
}

impl From<&InputArguments> for Reading {
    fn from(arguments: &InputArguments) -> Self {
        let InputArguments {
            input,
            text_field,
            title_field,
            id_field,
            date_field,
            url_field,
            outlet_field,
            keep,
        } = arguments.clone();
        let named = [text_field, title_field, id_field, date_field, url_field, outlet_field];
        Self { form: input, rows: Arc::new(RowReader::new(Columns::named(named, keep))) }
    }
}

impl From<Option<InputForm>> for Reading {
    fn from(form: Option<InputForm>) -> Self {
        Self { form, ..Self::default() }
    }
}

impl Reading {
    /// What the caller named and no row had, once all were read.
    pub(in super::super) fn never_met(&self) -> Vec<String> {
        self.rows.never_met()
    }
}
