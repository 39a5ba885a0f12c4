//! TypeID text: `prefix_suffix`, where the suffix spells 128 bits as 26 lower-case Crockford base32 digits.
//! Owns the spelling only, after version 0.3 of the TypeID specification; which prefixes exist is the business of [`crate::ids`].
//! Parsing is strict: every UUID has exactly one accepted spelling, so ids can be compared as text.

use uuid::Uuid;

/// Length of a suffix in characters.
pub const SUFFIX_LEN: usize = 26;

/// The digits in order of value: no `i`, `l`, `o` and `u`. Byte order of the text is byte order of the UUID.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What [`VALUES`] holds for a byte that is not a digit.
const NOT_A_DIGIT: u8 = 0xff;

/// The value of each ASCII byte as a digit.
const VALUES: [u8; 256] = {
    let mut values = [NOT_A_DIGIT; 256];
    let mut digit = 0;
    while digit < ALPHABET.len() {
        values[ALPHABET[digit] as usize] = digit as u8;
        digit += 1;
    }
    values
};

/// The 26 ASCII digits of `id`, most significant first; the first is at most `7`.
pub fn suffix(id: Uuid) -> [u8; SUFFIX_LEN] {
    let mut rest = id.as_u128();
    let mut digits = [b'0'; SUFFIX_LEN];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(rest & 31) as usize];
        rest >>= 5;
    }
    digits
}

/// The UUID that `suffix` spells, or none if it isn't exactly 26 lower-case digits within 128 bits.
pub fn decode(suffix: &str) -> Option<Uuid> {
    let digits = suffix.as_bytes();
    // 26 digits hold 130 bits: the two highest must be zero.
    if digits.len() != SUFFIX_LEN || digits[0] > b'7' {
        return None;
    }
    let mut bits = 0u128;
    for &digit in digits {
        let value = VALUES[usize::from(digit)];
        if value == NOT_A_DIGIT {
            return None;
        }
        bits = bits << 5 | u128::from(value);
    }
    Some(Uuid::from_u128(bits))
}

/// `prefix_suffix` for an id.
pub fn encode(prefix: &str, id: Uuid) -> String {
    let mut text = String::with_capacity(prefix.len() + 1 + SUFFIX_LEN);
    text.push_str(prefix);
    text.push('_');
    text.extend(suffix(id).map(char::from));
    text
}

/// The UUID of a whole id, or none unless its prefix is exactly `prefix` and its suffix is well formed.
pub fn parse(prefix: &str, text: &str) -> Option<Uuid> {
    decode(text.strip_prefix(prefix)?.strip_prefix('_')?)
}

/// The prefix of a well-formed id, for dispatching on the kind of thing it names; none if it isn't a TypeID.
pub fn prefix(text: &str) -> Option<&str> {
    let (prefix, suffix) = text.rsplit_once('_')?;
    decode(suffix).map(|_| prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The suffixes of the specification's `valid.yml`.
    const VALID: [(&str, &str); 8] = [
        ("00000000000000000000000000", "00000000-0000-0000-0000-000000000000"),
        ("00000000000000000000000001", "00000000-0000-0000-0000-000000000001"),
        ("0000000000000000000000000a", "00000000-0000-0000-0000-00000000000a"),
        ("0000000000000000000000000g", "00000000-0000-0000-0000-000000000010"),
        ("00000000000000000000000010", "00000000-0000-0000-0000-000000000020"),
        ("7zzzzzzzzzzzzzzzzzzzzzzzzz", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
        ("0123456789abcdefghjkmnpqrs", "0110c853-1d09-52d8-d73e-1194e95b5f19"),
        ("01h455vb4pex5vsknk084sn02q", "01890a5d-ac96-774b-bcce-b302099a8057"),
    ];

    /// The suffixes of the specification's `invalid.yml`, and some of our own.
    const INVALID: [&str; 11] = [
        "",
        "1234567890123456789012345",
        "123456789012345678901234567",
        "1234567890123456789012345 ",
        "0123456789ABCDEFGHJKMNPQRS",
        "123456789-123456789-123456",
        "ooooooiiiiiiuuuuuuulllllll",
        "i23456789ol23456789oi23456",
        "123456789-0123456789-01234",
        "8zzzzzzzzzzzzzzzzzzzzzzzzz",
        "0123456789abcdefghjkmnpqé",
    ];

    #[test]
    fn published_vectors_encode_and_decode() {
        for (suffix, uuid) in VALID {
            let uuid: Uuid = uuid.parse().unwrap();
            assert_eq!(decode(suffix), Some(uuid), "{suffix}");
            assert_eq!(encode("prefix", uuid), format!("prefix_{suffix}"));
        }
    }

    #[test]
    fn malformed_suffixes_are_refused() {
        for suffix in INVALID {
            assert_eq!(decode(suffix), None, "{suffix}");
        }
    }

    #[test]
    fn prefix_is_compared_exactly() {
        let id = "agent_01h455vb4pex5vsknk084sn02q";
        assert!(parse("agent", id).is_some());
        for wrong in ["agen", "agents", "Agent", "", "agent_"] {
            assert_eq!(parse(wrong, id), None, "{wrong}");
        }
        assert_eq!(parse("agent", "agent01h455vb4pex5vsknk084sn02q"), None);
        assert_eq!(parse("agent", "agent__01h455vb4pex5vsknk084sn02q"), None);
    }

    #[test]
    fn prefix_is_read_for_dispatch() {
        assert_eq!(prefix("team_01h455vb4pex5vsknk084sn02q"), Some("team"));
        assert_eq!(prefix("01h455vb4pex5vsknk084sn02q"), None);
        assert_eq!(prefix("team_01h455vb4pex5vsknk084sn02"), None);
        assert_eq!(prefix(""), None);
    }

    #[test]
    fn text_order_is_byte_order() {
        let ids: Vec<Uuid> = (0..64).map(|n| Uuid::from_u128(1 << (2 * n))).collect();
        assert!(ids.windows(2).all(|pair| suffix(pair[0]) < suffix(pair[1])));
    }
}
