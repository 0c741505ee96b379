//! What a model file says of itself.

use serde::Deserialize;

use crate::tagging::network::calibration::Calibration;
use crate::tagging::network::file::{ModelError, Sections};

/// What kind of encoder a model has, with the sizes that reading needs.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// A transformer over word pieces.
    Transformer {
        /// How many pieces it reads at once, with the marks before and after them.
        window: usize,
        /// How many pieces at a window's edges are read in the next window too.
        margin: usize,
        /// The piece that stands before a window.
        begin: usize,
        /// The piece that stands after a window.
        end: usize,
    },
    /// Convolutions over tokens.
    Convolutions {
        /// How many tokens it reads at once.
        window: usize,
        /// How many tokens on either side a token's scores depend on.
        margin: usize,
    },
}

/// The section "about".
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct About {
    #[serde(flatten)]
    pub(crate) kind: Kind,
    /// Its name and version, for those who want to know what answered.
    pub(crate) name: String,
    /// The width of the linker.
    pub(crate) link: usize,
    /// How scores become confidences.
    pub(crate) calibration: Calibration,
}

impl About {
    pub(crate) fn read(sections: &Sections) -> Result<Self, ModelError> {
        let about: Self = serde_json::from_str(&sections.text("about")?)
            .map_err(|error| ModelError::section("about", &error))?;
        let sound = match about.kind {
            Kind::Transformer { window, margin, .. } => window > 2 + 2 * margin && window <= LARGEST_WINDOW,
            Kind::Convolutions { window, margin } => {
                window > 0 && window <= LARGEST_WINDOW && margin <= LARGEST_WINDOW
            }
        };
        if !sound || about.link == 0 {
            return Err(ModelError::section("about", &"its sizes fit no network"));
        }
        Ok(about)
    }
}

/// A window that memory holds whatever the rest is.
const LARGEST_WINDOW: usize = 1 << 14;
