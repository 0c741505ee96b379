//! What speaks for and against a mention as a pronoun's antecedent, as a set of features: what the ranking weighs.

macro_rules! pronoun_features {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// One thing that is so of a mention, seen from a pronoun.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum PronounFeature {
            $($(#[$doc])* $name,)+
        }

        impl PronounFeature {
            /// All of them, in their order.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)+];
        }
    };
}

pronoun_features! {
    /// No mention at all: the pronoun stands for nobody whom the text has.
    Nobody,
    /// "Ana Ruiz".
    Name,
    /// "The minister".
    Nominal,
    /// "She", read before.
    Chain,
    /// "Ana Ruiz and Joe Palmer".
    Several,
    /// A noun that no list has.
    Unlisted,
    /// "Secretary Ana Ruiz": it has a title somewhere.
    Titled,
    /// Name or noun tell the pronoun's gender.
    GenderKnown,
    /// Neither does, but a pronoun of this gender was read as this one before.
    GenderTold,
    /// A pronoun of the other gender was.
    GenderDenied,
    /// What it is was not told by any word.
    KindUnsure,
    /// One person.
    Person,
    /// Several people, or a crowd.
    Group,
    /// A company, ministry, party.
    Organization,
    /// A country or city.
    Country,
    /// A report.
    Document,
    /// Something else.
    Thing,
    /// In the pronoun's sentence.
    SameSentence,
    /// One sentence earlier.
    OneBefore,
    /// Two sentences earlier.
    TwoBefore,
    /// Three sentences earlier.
    ThreeBefore,
    /// Four sentences earlier, or more.
    Farther,
    /// In another paragraph.
    OtherParagraph,
    /// The nearest that agrees.
    Nearest,
    /// The second.
    Second,
    /// The third.
    Third,
    /// The subject of a verb, in the pronoun's sentence.
    SubjectHere,
    /// In the one before.
    SubjectBefore,
    /// Farther away.
    SubjectFar,
    /// A verb's object, in the pronoun's sentence.
    ObjectHere,
    /// Before it.
    ObjectBefore,
    /// After a preposition, in the pronoun's sentence.
    GovernedHere,
    /// Before it.
    GovernedBefore,
    /// "Ana Ruiz's party", in the pronoun's sentence.
    OwnerHere,
    /// Before it.
    OwnerBefore,
    /// It opens the pronoun's sentence.
    OpensHere,
    /// It opens an earlier one.
    OpensBefore,
    /// The nearest subject before the pronoun.
    NearestSubject,
    /// It is the subject of the verb whose object the pronoun is: "Ana Ruiz told HER".
    Bound,
    /// The same of "herself".
    Reflexive,
    /// A pronoun that is the subject of the sentence before.
    ChainSubject,
    /// "He … his" in one sentence.
    ChainHere,
    /// The mention that the last pronoun of this sort was read as.
    LastRead,
    /// It stands in a quotation, the pronoun doesn't.
    Quoted,
    /// The pronoun stands in a quotation, it doesn't.
    Unquoted,
    /// Both stand in the same one.
    SameQuotation,
    /// The source of what the pronoun stands in, outside quotation marks: "Ruiz said SHE".
    Speaker,
    /// The same within quotation marks.
    QuotedSpeaker,
    /// The source that was heard last.
    HeardLast,
    /// One that was heard in the sentences before.
    Heard,
    /// The source that was heard last, where the pronoun is a source itself: "HE added".
    HeardAgain,
    /// Named once in the document.
    NamedOnce,
    /// Two or three times.
    NamedTwice,
    /// Four times or more.
    NamedOften,
    /// The person who is named most.
    MostNamed,
    /// The first of the document's people.
    FirstNamed,
}

const _: () = assert!(PronounFeature::ALL.len() <= 64, "a set of features is one word");

/// Which features a mention has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PronounFeatures(u64);

impl PronounFeatures {
    /// These alone.
    pub(crate) fn of(those: &[PronounFeature]) -> Self {
        let mut features = Self::default();
        for &one in those {
            features.add(one);
        }
        features
    }

    pub(crate) fn add(&mut self, one: PronounFeature) {
        self.0 |= 1 << one as u64;
    }

    pub(crate) fn add_if(&mut self, one: PronounFeature, is_so: bool) {
        self.0 |= u64::from(is_so) << one as u64;
    }

    pub(crate) fn has(self, one: PronounFeature) -> bool {
        self.0 >> one as u64 & 1 == 1
    }

    pub(crate) fn all(self) -> impl Iterator<Item = PronounFeature> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let next = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
            rest &= rest - 1;
            PronounFeature::ALL.get(next).copied()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_come_back_in_order() {
        let features =
            PronounFeatures::of(&[PronounFeature::FirstNamed, PronounFeature::Nobody, PronounFeature::Name]);
        assert_eq!(
            features.all().collect::<Vec<_>>(),
            [PronounFeature::Nobody, PronounFeature::Name, PronounFeature::FirstNamed]
        );
    }
}
