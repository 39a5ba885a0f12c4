//! `URL`: an absolute address on the web.

use async_graphql::{InputValueResult, Scalar, ScalarType, Value};

/// Length limit in characters; browsers and proxies stop working above about this.
const MAX_CHARS: usize = 2_048;

/// An absolute http or https URL, kept as it was entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url(String);

impl Url {
    /// Reads an absolute http or https URL without white space or control characters.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const FORM: &str = "expected an absolute http or https URL, such as https://example.org/issues/7";
        if crate::domain::text::exceeds(text, MAX_CHARS) {
            return Err("a URL may have at most 2048 characters");
        }
        // The parser forgives white space, backslashes and missing slashes, as browsers do; what is stored should need no forgiving.
        if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err(FORM);
        }
        let (scheme, rest) = text.split_once("://").ok_or(FORM)?;
        let web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        if !web || rest.starts_with('/') || url::Url::parse(text).is_err() {
            return Err(FORM);
        }
        Ok(Self(text.to_owned()))
    }

    /// Trusts a text that was once read by [`Self::parse`] and stored.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The URL as it was entered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The URL as it was entered.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// An absolute http or https URL of at most 2,048 characters. It is answered as it was entered.
#[Scalar(name = "URL", specified_by_url = "https://url.spec.whatwg.org/")]
impl ScalarType for Url {
    fn parse(value: Value) -> InputValueResult<Self> {
        super::from_string(value, Self::parse)
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(_))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_addresses_are_kept_as_entered() {
        for text in [
            "https://example.org",
            "http://localhost:3000/a?b=c#d",
            "HTTPS://Example.org/ä",
            "https://[::1]/",
            "https://user@example.org/",
        ] {
            assert_eq!(Url::parse(text).as_ref().map(Url::as_str), Ok(text));
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "example.org",
            "/path",
            "//example.org",
            "ftp://example.org",
            "javascript:alert(1)",
            "javascript://example.org/%0aalert(1)",
            "data:text/html,x",
            "mailto:a@example.org",
            "http:example.org",
            "http:///example.org",
            "http://",
            "https://exa mple.org",
            " https://example.org",
            "https://example.org\n",
            "https:\\\\example.org",
            "https://example.org:99999",
        ] {
            assert!(Url::parse(text).is_err(), "{text}");
        }
        assert!(Url::parse(&format!("https://example.org/{}", "a".repeat(2_048))).is_err());
    }
}
