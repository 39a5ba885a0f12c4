//! Conditions on where a customer's e-mail address is.

use std::collections::BTreeSet;

use super::values;
use crate::domain::rejection::Rejection;
use crate::domain::text;

/// Domains, folded. One below another is another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailDomains(BTreeSet<String>);

impl EmailDomains {
    /// Reads them.
    ///
    /// # Errors
    /// `REQUIRED` for none or a blank one, `INVALID` for what is more or less than a domain, `TOO_LONG`, `LIMIT_EXCEEDED`.
    pub fn checked(field: &str, domains: Vec<String>) -> Result<Self, Rejection> {
        Ok(Self(values::each(field, domains, domain)?.into_iter().collect()))
    }

    /// Whether the address is at one of them; none isn't.
    #[must_use]
    pub fn holds(&self, email: Option<&str>) -> bool {
        let domain = email.and_then(|email| email.rsplit_once('@'));
        domain.is_some_and(|(_, domain)| self.0.contains(&text::key(domain)))
    }
}

fn domain(field: &str, text: &str) -> Result<String, Rejection> {
    let domain = values::folded(field, text)?;
    let odd = |c: char| c.is_whitespace() || matches!(c, '@' | '*');
    if domain.contains(odd) || domain.starts_with('.') || domain.ends_with('.') {
        let text = "Give only what stands behind the @, such as example.org; domains below it are others.";
        return Err(Rejection::invalid(field, text));
    }
    Ok(domain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rejection::Code;

    fn domains(list: &[&str]) -> Result<EmailDomains, Rejection> {
        EmailDomains::checked("customerEmailDomains", list.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn what_stands_behind_the_last_at_is_compared_without_regard_to_case() {
        let condition = domains(&["Example.ORG", " example.net ", "MÜNCHEN.de"]).unwrap();
        for (email, holds) in [
            (Some("ada@example.org"), true),
            (Some("Ada@EXAMPLE.org"), true),
            (Some("\"a@b\"@example.net"), true),
            (Some("ada@münchen.de"), true),
            (Some("ada@mail.example.org"), false),
            (Some("ada@notexample.org"), false),
            (Some("example.org@example.com"), false),
            (Some("ada@example.org@example.com"), false),
            (Some("ada@example.org\u{ff20}example.com"), false),
            (Some("ada@example.com\u{ff20}example.org"), false),
            (Some("example.org"), false),
            (Some(""), false),
            (None, false),
        ] {
            assert_eq!(condition.holds(email), holds, "{email:?}");
        }
    }

    #[test]
    fn only_a_whole_domain_is_one() {
        for (text, code) in [
            ("@example.org", Code::Invalid),
            ("ada@example.org", Code::Invalid),
            (".example.org", Code::Invalid),
            ("example.org.", Code::Invalid),
            ("*.example.org", Code::Invalid),
            ("example.org, example.net", Code::Invalid),
            ("a\0", Code::Invalid),
            ("", Code::Required),
            (" ", Code::Required),
        ] {
            let refused = domains(&["example.net", text]).unwrap_err();
            assert_eq!((refused.code, refused.field.join(".")), (code, "customerEmailDomains.1".to_owned()), "{text}");
        }
        assert_eq!(domains(&[]).unwrap_err().code, Code::Required);
        assert!(domains(&["localhost", "xn--mnchen-3ya.de"]).is_ok());
    }
}
