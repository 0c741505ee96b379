//! What makes an answer doubtful, over the wire.

use std::sync::Arc;

use ascribe::serve::ServiceConfig;
use ascribe::wire::v1::{self, NoticeReason, OffsetEncoding};
use ascribe_engine::Extractor;

use crate::server::{Server, document};

const FRENCH: &str = "Le conseil municipal a voté mardi soir la fermeture du vieux barrage, dont les fissures inquiètent les \
                      habitants depuis l’hiver dernier. La maire promet que les travaux commenceront avant la fin de l’année, \
                      mais les agriculteurs de la vallée craignent de manquer d’eau pendant l’été.";

fn reasons(notices: &[v1::Notice]) -> Vec<NoticeReason> {
    notices.iter().map(v1::Notice::reason).collect()
}

async fn server() -> Server {
    Server::start(Arc::new(Extractor::default()), ServiceConfig::default()).await
}

async fn extract(server: &Server, request: v1::ExtractClaimsRequest) -> v1::DocumentClaims {
    let answer = server.client().await.extract_claims(request).await.expect("an answer");
    answer.into_inner().result.expect("it is always set")
}

#[tokio::test]
async fn a_text_in_another_language_is_told_unless_the_caller_says_that_it_is_english() {
    let server = server().await;
    let mut request = v1::ExtractClaimsRequest { document: Some(document(FRENCH)), options: None };
    let answer = extract(&server, request.clone()).await;
    assert_eq!(reasons(&answer.notices), [NoticeReason::OtherLanguage]);
    assert!(answer.claims.is_empty());
    for (code, expected) in [("und", 1), ("en", 0), ("en_GB", 0), ("eng", 0)] {
        code.clone_into(&mut request.document.as_mut().expect("it has one").language_code);
        assert_eq!(extract(&server, request.clone()).await.notices.len(), expected, "{code}");
    }
}

#[tokio::test]
async fn spans_are_in_the_callers_unit_and_names_that_two_people_share_are_told() {
    let server = server().await;
    let alias = |name: &str| v1::Alias {
        name: name.to_owned(),
        variants: vec!["the Boss".to_owned()],
        ..v1::Alias::default()
    };
    let options = v1::ExtractionOptions {
        offset_encoding: OffsetEncoding::CodePoints.into(),
        aliases: vec![alias("Ana Ruiz"), alias("Joe Palmer")],
        ..v1::ExtractionOptions::default()
    };
    let document = Some(document("“Oui” <p>said the Boss.</p>"));
    let answer = extract(&server, v1::ExtractClaimsRequest { document, options: Some(options) }).await;
    assert_eq!(reasons(&answer.notices), [NoticeReason::LooksLikeHtml, NoticeReason::AmbiguousAlias]);
    let spans: Vec<_> = answer.notices.iter().map(|notice| notice.span).collect();
    let span = |start, end| Some(v1::Span { start, end });
    assert_eq!(spans, [span(6, 9), span(14, 22)]);
}

#[tokio::test]
async fn quotations_are_looked_for_in_a_doubtful_text_and_the_doubt_is_told() {
    let server = server().await;
    let quotation = v1::verify_quotations_request::Quotation {
        text: "la fermeture du vieux barrage".to_owned(),
        ..v1::verify_quotations_request::Quotation::default()
    };
    let request = v1::VerifyQuotationsRequest {
        document: Some(document(FRENCH)),
        quotations: vec![quotation],
        ..v1::VerifyQuotationsRequest::default()
    };
    let answer = server.client().await.verify_quotations(request).await.expect("an answer").into_inner();
    assert_eq!(reasons(&answer.notices), [NoticeReason::OtherLanguage]);
    assert_eq!(answer.items[0].verdict(), v1::Verdict::Verbatim);
}
