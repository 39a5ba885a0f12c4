//! Origins of web pages, as browsers send them in the `Origin` header.

use std::fmt;
use url::Url;

/// A scheme, a host and a port in the one spelling browsers use: lower case, no default port, no path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl Origin {
    /// Reads `http(s)://host[:port]` and nothing longer; refuses with what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        const FORM: &str = "expected an origin: http or https, a host, and a port if it isn't the usual one, such as https://app.example.org";
        match text {
            "*" => {
                return Err(
                    "`*` would let every page on the web use the API from its visitors' networks; name each origin, \
                            such as https://app.example.org"
                        .to_owned(),
                );
            }
            "null" => {
                return Err("`null` is sent by sandboxed pages and local files of anybody; name each origin".to_owned());
            }
            _ => {}
        }
        let (scheme, host) = text.split_once("://").ok_or(FORM)?;
        if let Some(at) = host.find(['/', '?', '#', '\\']) {
            return Err(format!("an origin has no path; leave out {:?}", &host[at..]));
        }
        if host.contains('*') {
            return Err("patterns aren't supported; name each origin".to_owned());
        }
        let url = Url::parse(text).map_err(|_| FORM)?;
        let web = matches!(url.scheme(), "http" | "https");
        if !web || host.contains('@') || host.ends_with(':') || !scheme.eq_ignore_ascii_case(url.scheme()) {
            return Err(FORM.to_owned());
        }
        Ok(Self(url.origin().ascii_serialization()))
    }

    /// Reads origins separated by commas or white space; none at all is allowed.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, String> {
        let several = text.split(|c: char| c == ',' || c.is_whitespace());
        several.filter(|part| !part.is_empty()).map(Self::parse).collect()
    }

    /// The spelling of the `Origin` header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_get_the_spelling_of_browsers() {
        for (text, origin) in [
            ("https://app.example.org", "https://app.example.org"),
            ("HTTPS://App.Example.org:443", "https://app.example.org"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://[::1]:80", "http://[::1]"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
        ] {
            assert_eq!(Origin::parse(text).as_ref().map(Origin::as_str), Ok(origin));
        }
    }

    #[test]
    fn other_texts_are_refused_with_their_reason() {
        for (text, reason) in [
            ("", "expected an origin"),
            ("*", "every page"),
            ("null", "sandboxed"),
            ("https://*.example.org", "patterns"),
            ("app.example.org", "expected an origin"),
            ("https://app.example.org/", "no path"),
            ("https://app.example.org/app", "no path"),
            ("https://app.example.org?x", "no path"),
            ("https://app.example.org:", "expected an origin"),
            ("https://user@app.example.org", "expected an origin"),
            ("https://", "expected an origin"),
            ("ftp://example.org", "expected an origin"),
            ("https://example.org:99999", "expected an origin"),
            ("file://", "expected an origin"),
        ] {
            let refusal = Origin::parse(text).unwrap_err();
            assert!(refusal.contains(reason), "{text}: {refusal}");
        }
    }

    #[test]
    fn lists_are_split_at_commas_and_white_space() {
        let list = Origin::parse_list("https://a.example, https://b.example\n\thttps://c.example,,").unwrap();
        assert_eq!(list.len(), 3);
        assert_eq!(Origin::parse_list(" , ").unwrap(), []);
        assert!(Origin::parse_list("https://a.example;https://b.example").is_err());
    }
}
