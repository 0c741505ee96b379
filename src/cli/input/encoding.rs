//! Bytes that are no UTF-8 -> what they look like, so that the error says what to do.

/// At most so many bytes are looked at.
const LOOKED_AT: usize = 1 << 16;

/// What compressed files and other formats begin with, what they are, and what makes text of them.
const MAGIC: [(&[u8], &str, &str); 8] = [
    (b"\x1f\x8b", "gzip", "zcat FILE | ascribe extract"),
    (b"\x28\xb5\x2f\xfd", "zstd", "zstdcat FILE | ascribe extract"),
    (b"BZh", "bzip2", "bzcat FILE | ascribe extract"),
    (b"\xfd7zXZ\0", "xz", "xzcat FILE | ascribe extract"),
    (b"PK\x03\x04", "zip (also Word's and Excel's files)", "unpack it first, or save it as text"),
    (b"%PDF-", "PDF", "pdftotext FILE - | ascribe extract"),
    (b"PAR1", "Parquet", "write it as CSV or JSON lines"),
    (b"\xd0\xcf\x11\xe0", "an old Office file", "save it as text"),
];

/// What a file of another format is, and what to do; nothing where its first bytes may be text.
pub(super) fn other_format(start: &[u8]) -> Option<String> {
    let (_, name, advice) = MAGIC.iter().find(|(magic, _, _)| {
        // What letters begin might be text.
        start.starts_with(magic)
            && (!magic.is_ascii() || magic.contains(&0) || std::str::from_utf8(start).is_err())
    })?;
    let is_packed = ["gzip", "zstd", "bzip2", "xz"].contains(name);
    let verb = if is_packed { "is compressed by" } else { "is no text but" };
    Some(format!("{verb} {name}: {advice}"))
}

/// What UTF-16 or UTF-32 a text is in, by its mark or by the zeros that stand at every second byte of English.
pub(super) fn wide(start: &[u8]) -> Option<&'static str> {
    for (mark, name) in [
        (&b"\xff\xfe\0\0"[..], "UTF-32LE"),
        (b"\0\0\xfe\xff", "UTF-32BE"),
        (b"\xff\xfe", "UTF-16LE"),
        (b"\xfe\xff", "UTF-16BE"),
    ] {
        if start.starts_with(mark) {
            return Some(name);
        }
    }
    let start = &start[..start.len().min(LOOKED_AT)];
    let zeros = |from: usize| start.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let half = start.len() / 2;
    // Most letters of English have one zero, which is always on the same side.
    match half {
        0..4 => None,
        _ if odd * 10 > half * 6 && even * 10 < half => Some("UTF-16LE"),
        _ if even * 10 > half * 6 && odd * 10 < half => Some("UTF-16BE"),
        _ => None,
    }
}

/// Bytes as text, or which byte isn't UTF-8, and what the text looks like it is in.
pub(in super::super) fn text(bytes: Vec<u8>) -> Result<String, String> {
    if let Some(name) = wide(&bytes) {
        // With its mark, which says the order of bytes, iconv takes the mark away.
        let is_marked =
            bytes.starts_with(b"\xff") || bytes.starts_with(b"\xfe") || bytes.starts_with(b"\0\0");
        let convert = convert(if is_marked { &name[..6] } else { name });
        return Err(format!("is not UTF-8: byte 0 is 0x{:02x}; it looks like {name}: {convert}", bytes[0]));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let fault = format!("is not UTF-8: byte {at} is 0x{:02x}", bytes[at]);
        let what = other_format(bytes).map_or_else(|| looks_like(&bytes[at..]), |it| format!("it {it}"));
        format!("{fault}; {what}")
    })
}

fn convert(encoding: &str) -> String {
    format!("iconv -f {encoding} -t UTF-8 FILE | ascribe extract")
}

/// What a text looks like from its first byte on that is no UTF-8: in the encodings of one byte a letter stands between
/// other letters.
fn looks_like(bytes: &[u8]) -> String {
    let bytes = &bytes[..bytes.len().min(LOOKED_AT)];
    // A piece of UTF-8 that is cut off is none of them.
    if bytes.len() < 4 && bytes[0] >= 0xc2 && bytes[1..].iter().all(|byte| (0x80..0xc0).contains(byte)) {
        return "it ends within a character: was the file cut off?".to_owned();
    }
    let high = bytes.iter().filter(|byte| **byte >= 0x80).count();
    let controls = bytes.iter().filter(|byte| **byte < 0x20 && !b"\t\n\r\x0c".contains(byte)).count();
    // Bytes of programs and pictures are spread evenly.
    if controls * 50 > bytes.len() || high * 2 > bytes.len() + 8 {
        return "it doesn't look like text".to_owned();
    }
    // Quotation marks, dashes and the euro of Windows are controls in ISO 8859-1.
    let windows =
        bytes.iter().any(|byte| matches!(byte, 0x80 | 0x82..=0x8c | 0x8e | 0x91..=0x9c | 0x9e | 0x9f));
    // ISO 8859-1's characters are the same ones there.
    let name = "WINDOWS-1252";
    let names = if windows { "Windows-1252" } else { "ISO 8859-1 (Latin-1) or Windows-1252" };
    format!("it looks like {names}: {}", convert(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        let told = text(bytes.to_vec()).expect_err("it is no UTF-8");
        assert!(told.contains(expected), "{told}");
    }

    #[test]
    fn what_a_file_looks_like_is_told() {
        let article = "“Yes,” said Zoë.";
        let utf16: Vec<u8> = article.encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(
            &[b"\xff\xfe", &utf16[..]].concat(),
            "byte 0 is 0xff; it looks like UTF-16LE: iconv -f UTF-16 ",
        );
        check(&utf16, "looks like UTF-16LE");
        let big: Vec<u8> = article.encode_utf16().flat_map(u16::to_be_bytes).collect();
        check(&big, "looks like UTF-16BE");
        check(
            b"\x93Yes,\x94 said Zo\xeb.",
            "byte 0 is 0x93; it looks like Windows-1252: iconv -f WINDOWS-1252",
        );
        check(b"Zo\xeb said so.", "byte 2 is 0xeb; it looks like ISO 8859-1 (Latin-1) or Windows-1252");
        check(b"Zo\xc3", "byte 2 is 0xc3; it ends within a character");
        check(b"\x1f\x8b\x08\0\0\0\0\0\x00\x03abc", "is compressed by gzip: zcat");
        check(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01", "it doesn't look like text");
    }

    #[test]
    fn what_is_utf_8_is_text() {
        for string in ["", "a", "abc\0def", "“Zoë” 👍", "PK\u{3}\u{4}", "%PDF-1.4", "BZh"] {
            assert_eq!(text(string.as_bytes().to_vec()).as_deref(), Ok(string));
        }
    }
}
