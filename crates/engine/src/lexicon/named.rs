//! Closed sets of values that the lexicon's columns name: an enum whose variants know their names.

/// Declares an enum whose variants have names in the lexicon's files: `name` gives a variant's, `from_name`
/// finds the variant, `ALL` lists them in the order of their declaration.
macro_rules! named_enum {
    ($(#[$enum_doc:meta])* $enum_name:ident { $($(#[$doc:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$enum_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $enum_name { $($(#[$doc])* $variant,)+ }

        #[allow(dead_code, reason = "not every set is listed, and not every value is written")]
        impl $enum_name {
            /// Every value, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name that the lexicon's files use.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The value of that name, if there is one.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

pub(crate) use named_enum;
