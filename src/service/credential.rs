//! API tokens as text: `swb_<kind>_<id>_<secret>_<crc32>`, greppable, and refused without a database read when mistyped.
//! Owns their spelling, randomness, hashing and comparison; whether a token still counts is decided where its row is read.
//! The secret never leaves this module except inside a freshly minted token.

use entity::{ids::TokenId, typeid};
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// What every token begins with.
const MARK: &str = "swb";

/// Length of the checksum: CRC-32 in lower-case hexadecimal.
const CHECKSUM_LEN: usize = 8;

/// SHA-256 of a secret: all that is stored of it.
pub type SecretHash = [u8; 32];

/// Whom a token acts for; readable in the token, so that a leaked one can be told apart at sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// An agent.
    Agent,
    /// An integration.
    Integration,
}

impl TokenKind {
    /// How the token spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Integration => "integration",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Agent, Self::Integration].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A well-formed token that somebody presented; it proves nothing until its hash was compared.
pub struct Credential {
    /// Whom it claims to act for.
    pub kind: TokenKind,
    /// The row that can prove it.
    pub id: TokenId,
    secret: Secret,
}

impl Credential {
    /// Reads a token; none for any other spelling or a wrong checksum.
    pub fn parse(text: &str) -> Option<Self> {
        let (body, checksum) = text.rsplit_once('_')?;
        if checksum.len() != CHECKSUM_LEN || checksum != self::checksum(body) {
            return None;
        }
        let mut parts = body.splitn(4, '_');
        if parts.next()? != MARK {
            return None;
        }
        let kind = TokenKind::parse(parts.next()?)?;
        let id = TokenId(typeid::decode(parts.next()?)?);
        let secret = Secret::parse(parts.next()?)?;
        Some(Self { kind, id, secret })
    }

    /// Whether the secret is the one whose hash was stored; takes the same time for every wrong one.
    pub fn matches(&self, stored: &[u8]) -> bool {
        self.secret.hash().ct_eq(stored).into()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").field("kind", &self.kind).field("id", &self.id).finish_non_exhaustive()
    }
}

/// A new token: its text is shown once, its hash and prefix are stored.
pub struct Minted {
    /// The whole token, for its owner's eyes only.
    pub text: String,
    /// What to store for [`Credential::matches`].
    pub hash: SecretHash,
    /// What lists show of it: everything before the secret.
    pub prefix: String,
}

impl Minted {
    /// Makes a token with a fresh secret of 256 bits; fails only when the system has no randomness to give.
    pub fn new(kind: TokenKind, id: TokenId) -> Result<Self, getrandom::Error> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret)?;
        Ok(Self::with_secret(kind, id, Secret(secret)))
    }

    fn with_secret(kind: TokenKind, id: TokenId, secret: Secret) -> Self {
        let prefix = typeid::encode(&format!("{MARK}_{}", kind.as_str()), id.0);
        let body = format!("{prefix}_{}", secret.spell());
        Self { text: format!("{body}_{}", checksum(&body)), hash: secret.hash(), prefix }
    }
}

impl fmt::Debug for Minted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Minted").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

/// The 256 bits that prove a token. They are spelled as two halves of 26 base32 digits, like two ids.
struct Secret([u8; 32]);

impl Secret {
    fn parse(text: &str) -> Option<Self> {
        let (high, low) = text.split_at_checked(typeid::SUFFIX_LEN)?;
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(typeid::decode(high)?.as_bytes());
        bytes[16..].copy_from_slice(typeid::decode(low)?.as_bytes());
        Some(Self(bytes))
    }

    fn spell(&self) -> String {
        self.0
            .chunks_exact(16)
            .filter_map(|half| Uuid::from_slice(half).ok())
            .flat_map(typeid::suffix)
            .map(char::from)
            .collect()
    }

    fn hash(&self) -> SecretHash {
        Sha256::digest(self.0).into()
    }
}

fn checksum(body: &str) -> String {
    format!("{:08x}", crc32fast::hash(body.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minted() -> Minted {
        let id = TokenId::new("2026-01-02T03:04:05Z".parse().unwrap());
        Minted::new(TokenKind::Agent, id).unwrap()
    }

    #[test]
    fn a_minted_token_is_read_back_and_matches_only_its_own_hash() {
        let (one, other) = (minted(), minted());
        let credential = Credential::parse(&one.text).unwrap();
        assert_eq!(credential.kind, TokenKind::Agent);
        assert!(one.text.starts_with(&format!("swb_agent_{}_", &credential.id.to_string()["token_".len()..])));
        assert!(credential.matches(&one.hash));
        assert!(!credential.matches(&other.hash));
        assert!(!credential.matches(&one.hash[..31]));
        assert!(!credential.matches(b""));
    }

    #[test]
    fn the_spelling_is_fixed() {
        let secret = Secret(std::array::from_fn(|i| i as u8));
        let id = TokenId("01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap());
        let token = Minted::with_secret(TokenKind::Integration, id, secret);
        assert_eq!(token.prefix, "swb_integration_01h455vb4pex5vsknk084sn02q");
        assert_eq!(
            token.text,
            "swb_integration_01h455vb4pex5vsknk084sn02q_00041061050r3gg28a1c60t3gf0g2491650n2rbhg68t3ce1t7gz_ca294834"
        );
    }

    #[test]
    fn every_mistyped_character_is_refused() {
        let text = minted().text;
        for at in 0..text.len() {
            let mut wrong = text.clone().into_bytes();
            wrong[at] = if wrong[at] == b'7' { b'6' } else { b'7' };
            assert!(Credential::parse(&String::from_utf8(wrong).unwrap()).is_none(), "character {at}");
            assert!(Credential::parse(&text[..at]).is_none(), "cut at {at}");
        }
        for wrong in [text.to_uppercase(), format!("{text} "), format!(" {text}"), String::new(), "swb".into()] {
            assert!(Credential::parse(&wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_right_checksum_does_not_excuse_a_wrong_form() {
        for body in
            ["swb_agent_01h455vb4pex5vsknk084sn02q", "swb_root_01h455vb4pex5vsknk084sn02q_0", "swb_agent__", "a_b"]
        {
            assert!(Credential::parse(&format!("{body}_{}", checksum(body))).is_none(), "{body}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let token = minted();
        let secret = token.text.rsplit('_').nth(1).unwrap().to_owned();
        let credential = Credential::parse(&token.text).unwrap();
        assert!(!format!("{token:?}{credential:?}").contains(&secret[..8]));
    }
}
