//! The bytes of a model file -> its parts.
//!
//! A file is the magic word, a format version, then sections: the length of a name (one byte), the name, the
//! length of what follows (eight bytes), and that. All numbers are little-endian. `training/export.py` writes it.

use std::borrow::Cow;

use thiserror::Error;

/// What a model file begins with.
const MAGIC: &[u8] = b"ascribe-tagger\n";
/// The version of the format that this program reads.
const FORMAT: u32 = 2;

/// Why a model can't be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The file is something else.
    #[error("not a model of ascribe: it doesn't begin with the magic word {:?}", String::from_utf8_lossy(MAGIC).trim_end())]
    Magic,
    /// The file was made for another version of this program.
    #[error("the model has format version {found}, this program reads version {FORMAT}")]
    Format {
        /// The version that the file gives.
        found: u32,
    },
    /// The file ends too soon.
    #[error("the model is cut short at byte {at}")]
    Truncated {
        /// Where it ends, in bytes.
        at: usize,
    },
    /// A part is missing.
    #[error("the model has no section {0:?}")]
    Missing(String),
    /// A part isn't what it should be.
    #[error("section {section:?} of the model is wrong: {reason}")]
    Section {
        /// Its name.
        section: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl ModelError {
    pub(super) fn section(section: &str, reason: &impl ToString) -> Self {
        Self::Section { section: section.to_owned(), reason: reason.to_string() }
    }
}

/// A model file's sections.
pub(super) struct Sections {
    bytes: Cow<'static, [u8]>,
    sections: Vec<(String, std::ops::Range<usize>)>,
}

impl Sections {
    pub(super) fn read(bytes: Cow<'static, [u8]>) -> Result<Self, ModelError> {
        if !bytes.starts_with(MAGIC) {
            return Err(ModelError::Magic);
        }
        let mut at = MAGIC.len();
        let mut take = |length: usize| {
            let end = at.checked_add(length).filter(|&end| end <= bytes.len());
            let taken = end.map(|end| at..end).ok_or(ModelError::Truncated { at: bytes.len() })?;
            at = taken.end;
            Ok::<_, ModelError>(taken)
        };
        let found = u32::from_le_bytes(array(&bytes[take(4)?]));
        if found != FORMAT {
            return Err(ModelError::Format { found });
        }
        let mut sections = Vec::new();
        while let Ok(length) = take(1) {
            let name = take(usize::from(bytes[length.start]))?;
            let length = usize::try_from(u64::from_le_bytes(array(&bytes[take(8)?]))).unwrap_or(usize::MAX);
            sections.push((String::from_utf8_lossy(&bytes[name]).into_owned(), take(length)?));
        }
        Ok(Self { bytes, sections })
    }

    /// The content of a section.
    pub(super) fn get(&self, name: &str) -> Result<Cow<'static, [u8]>, ModelError> {
        let (_, range) = self
            .sections
            .iter()
            .find(|(it, _)| it == name)
            .ok_or_else(|| ModelError::Missing(name.to_owned()))?;
        Ok(match &self.bytes {
            Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[range.clone()]),
            Cow::Owned(bytes) => Cow::Owned(bytes[range.clone()].to_vec()),
        })
    }

    pub(super) fn text(&self, name: &str) -> Result<String, ModelError> {
        String::from_utf8(self.get(name)?.into_owned()).map_err(|error| ModelError::section(name, &error))
    }

    pub(super) fn table(&self, name: &str) -> Result<Table, ModelError> {
        Table::new(self.get(name)?)
            .ok_or_else(|| ModelError::section(name, &"its length is not that of its rows"))
    }

    pub(super) fn matrix(&self, name: &str) -> Result<Quantized, ModelError> {
        Quantized::new(&self.get(name)?)
            .ok_or_else(|| ModelError::section(name, &"it holds no weights of that size within ±64"))
    }

    /// So many numbers.
    pub(super) fn floats(&self, name: &str, count: usize) -> Result<Vec<f32>, ModelError> {
        let bytes = self.get(name)?;
        let floats = all_floats(&bytes);
        if bytes.len() != 4 * count || !floats.iter().all(|it| it.is_finite()) {
            return Err(ModelError::section(name, &format!("it isn't {count} numbers")));
        }
        Ok(floats)
    }
}

/// AVX2 adds two products of 8 bits in 16: larger weights would give another answer there.
const LARGEST_WEIGHT: u8 = 64;

/// A layer of weights in 8 bits, each output with a scale and a bias.
pub(super) struct Quantized {
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) scales: Vec<f32>,
    pub(super) bias: Vec<f32>,
    /// Of an input to all outputs, one input after the other.
    pub(super) weights: Vec<i8>,
}

impl Quantized {
    fn new(bytes: &[u8]) -> Option<Self> {
        let (inputs, outputs) = (number(bytes, 0)?, number(bytes, 4)?);
        let rest = &bytes[TABLE_HEAD..];
        let floats = outputs.checked_mul(4)?;
        if inputs == 0
            || outputs == 0
            || rest.len() != inputs.checked_mul(outputs)?.checked_add(floats.checked_mul(2)?)?
        {
            return None;
        }
        let (scales, rest) = rest.split_at(floats);
        let (bias, weights) = rest.split_at(floats);
        let weights: Vec<i8> = weights.iter().map(|value| value.cast_signed()).collect();
        let (scales, bias) = (all_floats(scales), all_floats(bias));
        let sound = scales.iter().chain(&bias).all(|it| it.is_finite())
            && weights.iter().all(|it| it.unsigned_abs() <= LARGEST_WEIGHT);
        sound.then_some(Self { inputs, outputs, scales, bias, weights })
    }
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize)
}

fn all_floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("as many bytes were taken")
}

/// Vectors in 8 bits, each with a scale.
#[derive(Clone, Debug)]
pub(super) struct Table {
    bytes: Cow<'static, [u8]>,
    rows: usize,
    columns: usize,
}

/// The numbers of rows and columns stand before the scales.
const TABLE_HEAD: usize = 8;

impl Table {
    fn new(bytes: Cow<'static, [u8]>) -> Option<Self> {
        let (rows, columns) = (number(&bytes, 0)?, number(&bytes, 4)?);
        let length = rows.checked_mul(columns.checked_add(4)?)?.checked_add(TABLE_HEAD)?;
        (bytes.len() == length && columns > 0).then_some(Self { bytes, rows, columns })
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Adds `weight` times a row to `sum`. A row that the table lacks adds nothing.
    pub(super) fn add(&self, row: usize, weight: f32, sum: &mut [f32]) {
        if row >= self.rows {
            return;
        }
        let scale = TABLE_HEAD + 4 * row;
        let scale = weight * f32::from_le_bytes(array(&self.bytes[scale..scale + 4]));
        let first = TABLE_HEAD + 4 * self.rows + row * self.columns;
        for (sum, value) in sum.iter_mut().zip(&self.bytes[first..first + self.columns]) {
            *sum += scale * f32::from(value.cast_signed());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Quantized;

    /// One input, one output.
    fn layer(scale: f32, bias: f32, weight: i8) -> Vec<u8> {
        let mut bytes =
            [1_u32.to_le_bytes(), 1_u32.to_le_bytes(), scale.to_le_bytes(), bias.to_le_bytes()].concat();
        bytes.push(weight.cast_unsigned());
        bytes
    }

    #[test]
    fn a_layer_that_would_answer_otherwise_on_another_processor_is_none() {
        assert!(Quantized::new(&layer(0.5, 1.0, -64)).is_some());
        assert!(Quantized::new(&layer(0.5, 1.0, 65)).is_none());
        assert!(Quantized::new(&layer(0.5, 1.0, i8::MIN)).is_none());
        assert!(Quantized::new(&layer(f32::NAN, 1.0, 1)).is_none());
        assert!(Quantized::new(&layer(0.5, f32::INFINITY, 1)).is_none());
        assert!(Quantized::new(&layer(0.5, 1.0, 1)[..16]).is_none());
        assert!(Quantized::new(&[1, 0, 0]).is_none());
    }
}
