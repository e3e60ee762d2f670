//! What every page stands in: its head, its looks, and the headers that keep it to itself. Nothing is
//! fetched from anywhere else, and nothing runs that the hub did not write.

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

/// A style sheet or a script that stands in the page itself; the policy of the page names it by its
/// hash, so that no other runs.
pub struct Inline {
    text: &'static str,
    source: OnceLock<String>,
}

impl Inline {
    /// Of a text that is part of the program. It must not contain `</`.
    pub const fn new(text: &'static str) -> Self {
        Self { text, source: OnceLock::new() }
    }

    /// How a Content-Security-Policy names it: by its SHA-256.
    fn source(&self) -> &str {
        self.source.get_or_init(|| {
            let hash = Sha256::digest(self.text.as_bytes());
            format!("'sha256-{}'", BASE64_STANDARD.encode(hash))
        })
    }
}

/// The looks of every page: light and dark, on a phone and on paper.
pub static STYLE: Inline = Inline::new(include_str!("shell.css"));

/// A page.
pub struct Shell<'a> {
    /// Its title; made safe to show by whoever gives it.
    pub title: &'a str,
    /// Style sheets beside [`STYLE`].
    pub styles: &'a [&'static Inline],
    /// Scripts; none: the page does without.
    pub scripts: &'a [&'static Inline],
    /// Whether it has forms that are sent back to this hub.
    pub has_forms: bool,
    /// What stands in the body.
    pub body: Markup,
}

impl Shell<'_> {
    /// The page as it is sent.
    pub fn render(&self) -> Rendered {
        let markup = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="robots" content="noindex";
                    title { (self.title) }
                    // No request for an icon that is not there.
                    link rel="icon" href="data:,";
                    style { (PreEscaped(STYLE.text)) }
                    @for style in self.styles { style { (PreEscaped(style.text)) } }
                }
                body {
                    (self.body)
                    @for script in self.scripts { script { (PreEscaped(script.text)) } }
                }
            }
        };
        let policy = HeaderValue::from_str(&self.policy());
        Rendered {
            bytes: markup.into_string().into(),
            policy: policy.unwrap_or(HeaderValue::from_static("default-src 'none'")),
            has_forms: self.has_forms,
        }
    }

    fn policy(&self) -> String {
        let sources =
            |of: &[&Inline]| of.iter().map(|inline| inline.source()).collect::<Vec<_>>().join(" ");
        let styles = [&[&STYLE], self.styles].concat();
        let mut policy =
            format!("default-src 'none'; img-src data:; style-src {}", sources(&styles));
        if !self.scripts.is_empty() {
            policy += &format!("; script-src {}; connect-src 'self'", sources(self.scripts));
        }
        let forms = if self.has_forms { "'self'" } else { "'none'" };
        policy += &format!("; form-action {forms}; base-uri 'none'; frame-ancestors 'none'");
        policy
    }
}

/// A page as it is sent; cheap to clone, so that many readers share one.
#[derive(Debug, Clone)]
pub struct Rendered {
    bytes: Bytes,
    policy: HeaderValue,
    has_forms: bool,
}

impl Rendered {
    /// Its text.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its Content-Security-Policy.
    pub fn policy(&self) -> &HeaderValue {
        &self.policy
    }

    /// The answer, with that status.
    pub fn answer(&self, status: u16) -> Response {
        let mut response = Response::new(Body::from(self.bytes.clone()));
        *response.status_mut() =
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // A browser that may not name where a form comes from says that it comes from nowhere
        // (`Origin: null`), which is how another site's page would hide.
        let referrer = if self.has_forms { "same-origin" } else { "no-referrer" };
        let fixed: [(HeaderName, &'static str); 8] = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
            (header::REFERRER_POLICY, referrer),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::X_FRAME_OPTIONS, "DENY"),
            (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
            (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
            (HeaderName::from_static("x-robots-tag"), "noindex"),
        ];
        let headers = response.headers_mut();
        for (name, value) in fixed {
            headers.insert(name, HeaderValue::from_static(value));
        }
        headers.insert(header::CONTENT_SECURITY_POLICY, self.policy.clone());
        response
    }
}

impl IntoResponse for Rendered {
    fn into_response(self) -> Response {
        self.answer(200)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_allows_what_the_page_has_and_nothing_else() {
        static SCRIPT: Inline = Inline::new("1");
        let shell = |scripts, has_forms| Shell {
            title: "t",
            styles: &[],
            scripts,
            has_forms,
            body: html! {},
        };
        let plain = shell(&[], false).policy();
        assert!(plain.starts_with("default-src 'none'; "), "{plain}");
        assert!(plain.contains("form-action 'none'") && plain.contains("frame-ancestors 'none'"));
        assert!(!plain.contains("script-src") && !plain.contains("unsafe"), "{plain}");
        let rich = shell(&[&SCRIPT], true).policy();
        // echo -n 1 | openssl dgst -sha256 -binary | base64
        let one = "script-src 'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='; ";
        assert!(rich.contains(one) && rich.contains("form-action 'self'"), "{rich}");
    }

    #[test]
    fn no_inline_text_ends_its_own_element() {
        assert!(!STYLE.text.contains("</") && !STYLE.text.contains("http"));
    }
}
