//! What the caller knows before the text is read: in, the lines of a case between its reason and its text;
//! out, the day of publication and the people whom the caller names.
//!
//! ``Published: 2022-05-14`` and ``Alias: `Lloyd Austin` = `Austin`; titled `Secretary of Defense`; person``

use ascribe_engine::EntityKind;

use crate::notation::words;
use crate::record::entity_kind_from_name;

/// Nothing, where the case has no such line.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Known {
    /// The day of publication as an ISO 8601 date.
    pub(crate) published: Option<String>,
    pub(crate) aliases: Vec<Alias>,
}

/// Somebody whom the caller names.
#[derive(Debug, PartialEq)]
pub(crate) struct Alias {
    /// The fullest name, which a record is to have.
    pub(crate) name: String,
    /// What else the text may call them.
    pub(crate) others: Vec<String>,
    pub(crate) title: Option<String>,
    pub(crate) entity_kind: Option<EntityKind>,
}

impl Known {
    /// Reads a line; false where it is of another sort.
    pub(crate) fn read_line(&mut self, line: &str) -> Result<bool, String> {
        if let Some(date) = line.strip_prefix("Published: ") {
            if !is_date(date) {
                return Err(format!("{date:?} is no date like 2022-05-14"));
            }
            if self.published.replace(date.to_owned()).is_some() {
                return Err("a case is published once".to_owned());
            }
        } else if let Some(alias) = line.strip_prefix("Alias: ") {
            self.aliases.push(Alias::read(alias)?);
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

impl Alias {
    fn read(line: &str) -> Result<Self, String> {
        let mut parts = line.split("; ");
        let names = parts.next().and_then(|names| names.split_once(" = "));
        let (name, others) = names.ok_or("an alias is a name, \" = \" and what else it is called")?;
        let others = words(others).map(value).collect::<Result<_, _>>()?;
        let mut alias = Self { name: value(name)?, others, title: None, entity_kind: None };
        for part in parts {
            if let Some(title) = part.strip_prefix("titled ") {
                alias.title = Some(value(title)?);
            } else {
                let kind = entity_kind_from_name(part);
                alias.entity_kind = Some(kind.ok_or_else(|| format!("no entity kind is called {part:?}"))?);
            }
        }
        Ok(alias)
    }
}

/// What stands between backticks.
fn value(word: &str) -> Result<String, String> {
    let value = word.strip_prefix('`').and_then(|word| word.strip_suffix('`'));
    value.map(str::to_owned).ok_or_else(|| format!("{word:?} wants backticks"))
}

/// Four digits, two, two; whether the month has so many days is not asked.
pub(crate) fn is_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    parts.iter().map(|part| part.len()).eq([4, 2, 2])
        && parts.iter().all(|part| part.chars().all(|digit| digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_caller_knows_is_read() {
        let mut known = Known::default();
        assert_eq!(known.read_line("Published: 2022-05-14"), Ok(true));
        let line = "Alias: `Ana Ruiz` = `Ruiz`, `the dam chief`; titled `Minister of Water, Acting`; person";
        assert_eq!(known.read_line(line), Ok(true));
        assert_eq!(known.read_line("Alias: `Arup` = `the firm`"), Ok(true));
        assert_eq!(known.read_line("Why it matters."), Ok(false));
        let ruiz = Alias {
            name: "Ana Ruiz".to_owned(),
            others: vec!["Ruiz".to_owned(), "the dam chief".to_owned()],
            title: Some("Minister of Water, Acting".to_owned()),
            entity_kind: Some(EntityKind::Person),
        };
        let arup = Alias {
            name: "Arup".to_owned(),
            others: vec!["the firm".to_owned()],
            title: None,
            entity_kind: None,
        };
        assert_eq!(known, Known { published: Some("2022-05-14".to_owned()), aliases: vec![ruiz, arup] });
    }

    #[test]
    fn what_cannot_be_known_is_refused() {
        for line in [
            "Published: today",
            "Published: 14-05-2022",
            "Alias: `Ana`",
            "Alias: Ana = `Ruiz`",
            "Alias: `Ana` = Ruiz",
            "Alias: `Ana` = `Ruiz`; human",
        ] {
            assert!(Known::default().read_line(line).is_err(), "{line}");
        }
    }
}
