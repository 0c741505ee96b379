//! The file of settings: TOML -> its keys with their values as texts and their lines.

use toml::de::{DeTable, DeValue};

use super::{Refusal, SETTINGS, nearest};

/// A key of the file with its value.
pub(super) struct Value {
    pub(super) key: String,
    /// As a flag would give it.
    pub(super) text: String,
    /// `ascribe.toml:3: workers`.
    pub(super) origin: String,
}

impl Value {
    /// Rejects the key because it names no setting.
    pub(super) fn refused_as_unknown(&self) -> Refusal {
        let meant = nearest(&self.key).map(|setting| format!(": perhaps {} is meant", setting.name));
        let meant = meant.unwrap_or_default();
        Refusal { origin: self.origin.clone(), why: format!("is no setting{meant}") }
    }
}

/// Whether a key is that of a list.
fn is_list(key: &str) -> bool {
    SETTINGS.iter().any(|setting| setting.name == key && setting.is_list())
}

/// The keys of a file, in their order, or all lines that are no TOML.
pub(super) fn values(name: &str, text: &str) -> Result<Vec<Value>, Vec<Refusal>> {
    // A file that ends too soon ends in its last line, not in the empty one after it.
    let last = text.lines().count().max(1);
    let line = |byte: usize| last.min(1 + text.bytes().take(byte).filter(|&byte| byte == b'\n').count());
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let mut refusals: Vec<(usize, Refusal)> = Vec::new();
        for error in errors {
            let line = line(error.span().map_or(0, |span| span.start));
            let why = format!("is no TOML: {}", error.message().replace('\n', " "));
            // The first fault of a line often makes further ones of its rest.
            if refusals.iter().all(|(told, _)| *told != line) {
                refusals.push((line, Refusal { origin: format!("{name}:{line}:"), why }));
            }
        }
        refusals.sort_by_key(|(line, _)| *line);
        return Err(refusals.into_iter().map(|(_, refusal)| refusal).collect());
    }
    let mut entries: Vec<_> = table.into_inner().into_iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let value = |(key, value): (toml::Spanned<_>, toml::Spanned<DeValue<'_>>)| {
        let key_text = AsRef::<str>::as_ref(key.get_ref()).to_owned();
        // A key in quotation marks may hold anything, also line breaks, which would forge lines of the log.
        let origin = format!("{name}:{}: {}", line(key.span().start), key_text.escape_debug());
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            // 0x40_0000 and 4_194_304 are the same number.
            DeValue::Integer(number) => i128::from_str_radix(number.as_str(), number.radix())
                .map_or_else(|_| text[value.span()].to_owned(), |number| number.to_string()),
            DeValue::Float(number) => number.as_str().to_owned(),
            // A list of texts, as flags have it.
            DeValue::Array(entries) if is_list(&key_text) => {
                let texts = entries.iter().map(|entry| match entry.get_ref() {
                    DeValue::String(text) => text.to_string(),
                    _ => text[entry.span()].to_owned(),
                });
                texts.collect::<Vec<_>>().join(",")
            }
            // Switches, as they are written; and what no setting takes, to be rejected as it is.
            _ => text[value.span()].to_owned(),
        };
        Value { key: key_text, text, origin }
    };
    Ok(entries.into_iter().map(value).collect())
}
