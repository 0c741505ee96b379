//! Documents' claims -> one HTML file to look at, which needs no service and no network.
//!
//! It is the service's page with the answers in it. Offsets are units of UTF-16, which is what browsers count.

use serde::Serialize;

use crate::wire::v1;

/// The page, and where in it answers go: see `page/README.md`.
const PAGE: &str = include_str!(concat!(env!("OUT_DIR"), "/page.html"));
const PLACE: (&str, &str) = ("<script type=\"application/json\" id=\"answer\">", "</script>");

/// What stands before and after all documents, with a comma between each two.
pub(in super::super) fn frame() -> (String, String) {
    let (head, rest) =
        PAGE.split_once(&[PLACE.0, PLACE.1].concat()).expect("the page has a place for answers");
    (format!("{head}{}[", PLACE.0), format!("]{}{rest}", PLACE.1))
}

/// A document with its answer. The offsets of `message` are units of UTF-16.
pub(in super::super) fn item(text: &str, message: &v1::DocumentClaims) -> String {
    #[derive(Serialize)]
    struct Item<'a> {
        document: Document<'a>,
        result: &'a v1::DocumentClaims,
    }
    #[derive(Serialize)]
    struct Document<'a> {
        document_id: &'a str,
        text: &'a str,
    }
    let item = Item { document: Document { document_id: &message.document_id, text }, result: message };
    let json = serde_json::to_string(&item).expect("every message has a JSON form");
    // Only within strings, where this is the same: nothing in a text can end the element or begin another.
    json.replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_can_not_leave_its_place() {
        let message = v1::DocumentClaims { document_id: "</script>".to_owned(), ..Default::default() };
        let json = item("<!-- <script>alert(1)</script>", &message);
        assert!(!json.contains('<'), "{json}");
        let read: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
        assert_eq!(read["document"]["text"], "<!-- <script>alert(1)</script>");
        assert_eq!(read["document"]["document_id"], "</script>");
    }

    #[test]
    fn the_frame_is_the_page() {
        let (before, after) = frame();
        assert!(before.starts_with("<!doctype html>") && after.trim_end().ends_with("</html>"));
        assert_eq!(before.len() + after.len(), PAGE.len() + 2);
    }
}
