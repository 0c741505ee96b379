//! What a model file says of itself.

use serde::Deserialize;

use crate::tagging::network::calibration::Calibration;
use crate::tagging::network::file::{ModelError, Sections};

/// The section "about".
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct About {
    /// Its name and version, for those who want to know what answered.
    pub(crate) name: String,
    /// How many numbers stand for a token.
    pub(crate) width: usize,
    /// How many tokens a convolution of the encoder joins.
    pub(crate) kernel: usize,
    /// How far apart these are, for each convolution.
    pub(crate) dilations: Vec<usize>,
    /// The linker.
    pub(crate) linker: LinkerShape,
    /// How scores become confidences.
    pub(crate) calibration: Calibration,
}

/// The sizes of the linker.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct LinkerShape {
    /// How many numbers stand for a token.
    pub(crate) width: usize,
    /// How many between the two products of a layer.
    pub(crate) inner: usize,
    /// How many tokens a convolution joins.
    pub(crate) kernel: usize,
    /// How far apart these are, for each layer.
    pub(crate) dilations: Vec<usize>,
}

impl About {
    pub(crate) fn read(sections: &Sections) -> Result<Self, ModelError> {
        let about: Self = serde_json::from_str(&sections.text("about")?)
            .map_err(|error| ModelError::section("about", &error))?;
        let fits = |width: usize, kernel: usize, dilations: &[usize]| {
            (1..=WIDEST).contains(&width)
                && (1..=WIDEST).contains(&kernel)
                && kernel % 2 == 1
                && (1..=MOST_LAYERS).contains(&dilations.len())
                && dilations.iter().all(|dilation| (1..=WIDEST).contains(dilation))
        };
        let linker = &about.linker;
        if !fits(about.width, about.kernel, &about.dilations)
            || !fits(linker.width, linker.kernel, &linker.dilations)
            || !(1..=WIDEST).contains(&linker.inner)
        {
            return Err(ModelError::section("about", &"its sizes fit no network"));
        }
        Ok(about)
    }

    /// How many tokens on either side a token's scores depend on.
    pub(crate) fn reach(&self) -> usize {
        self.dilations.iter().map(|dilation| self.kernel / 2 * dilation).sum()
    }
}

/// Sizes that memory holds whatever the rest is.
const WIDEST: usize = 1 << 12;
const MOST_LAYERS: usize = 64;
