//! What sort of mention and of being a source is.

/// What sort of mention a source is (ACE).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MentionForm {
    /// "Lloyd Austin".
    Name,
    /// "A senior official".
    Nominal,
    /// "He".
    Pronoun,
}

/// What sort of being a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntityKind {
    /// A single human being.
    Person,
    /// A company, ministry, party, paper.
    Organization,
    /// A country, state or city that speaks.
    Country,
    /// Several people: "critics", "voters".
    Group,
    /// A report, study, poll, law.
    Document,
    /// It can't be told.
    Unknown,
}
