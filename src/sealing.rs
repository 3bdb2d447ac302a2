//! Data that is useless without the bot's token, which is in no database and no backup: sealed secrets that people have
//! entrusted to the bot, and pseudonyms under which their usage is counted.
//!
//! All keys are derived from the token with HKDF-SHA-256 (RFC 5869). A text is sealed with XChaCha20-Poly1305 under a
//! random nonce, bound to its purpose, so that it opens nowhere else. A pseudonym is the HKDF of a person's number and
//! a day.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;

/// Every key derived from the token must be different.
const KEYS: &[u8] = b"lookalike: keys that people have given";
const PSEUDONYMS: &[u8] = b"lookalike: pseudonyms of people";

/// Bytes of a nonce: long enough to be random.
const NONCE: usize = 24;

/// Daily names of people. Without the secret nobody can tell whose a name is, though there are few enough people to try
/// them all, nor which names belong to the same person.
///
/// With another secret everybody gets new names, so counts start from zero: only the operator can change the bot's
/// token.
#[derive(Clone, Copy)]
pub struct Pseudonyms([u8; 32]);

/// Encrypts and decrypts.
#[derive(Clone)]
pub struct Seal(XChaCha20Poly1305);

/// The system has no randomness.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("nothing can be sealed: {0}")]
pub struct SealError(String);

impl Seal {
    /// Creates a seal that only opens with the secret.
    pub fn new(secret: &str) -> Self {
        let key: [u8; 32] = derived(secret.as_bytes(), KEYS);
        Self(XChaCha20Poly1305::new(&Key::from(key)))
    }

    /// Returns the sealed text as letters, digits, `-` and `_`. It opens for `purpose` only.
    pub fn seal(&self, text: &str, purpose: &str) -> Result<String, SealError> {
        let mut sealed = vec![0; NONCE];
        getrandom::fill(&mut sealed).map_err(|error| SealError(error.to_string()))?;
        let payload = Payload {
            msg: text.as_bytes(),
            aad: purpose.as_bytes(),
        };
        let hidden = self.0.encrypt(XNonce::from_slice(&sealed), payload);
        sealed.extend(hidden.map_err(|error| SealError(error.to_string()))?);
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Returns the text, if it was sealed with the same secret for the same purpose.
    pub fn open(&self, sealed: &str, purpose: &str) -> Option<String> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, hidden) = sealed.split_at_checked(NONCE)?;
        let payload = Payload {
            msg: hidden,
            aad: purpose.as_bytes(),
        };
        let text = self.0.decrypt(XNonce::from_slice(nonce), payload).ok()?;
        String::from_utf8(text).ok()
    }
}

impl Pseudonyms {
    pub fn new(secret: &str) -> Self {
        Self::by_key(derived(secret.as_bytes(), PSEUDONYMS))
    }

    pub const fn by_key(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// Returns the name of the person with this number on a day: letters, digits, `-` and `_`.
    pub fn of(&self, person: u64, day: u64) -> String {
        let whose = [person.to_be_bytes(), day.to_be_bytes()].concat();
        URL_SAFE_NO_PAD.encode(derived::<16>(&self.0, &whose))
    }
}

fn derived<const N: usize>(secret: &[u8], purpose: &[u8]) -> [u8; N] {
    let mut key = [0; N];
    // Fails only for keys of more than 8,160 bytes.
    let _ = Hkdf::<Sha256>::new(None, secret).expand(purpose, &mut key);
    key
}

impl std::fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pseudonyms")
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_purpose_and_secret_alone() {
        let seal = Seal::new("123:token");
        let sealed = seal.seal("ghp_secret", "ann on github").expect("seals");
        assert!(!sealed.contains("secret"));
        assert_eq!(
            seal.open(&sealed, "ann on github").as_deref(),
            Some("ghp_secret")
        );
        assert_eq!(seal.open(&sealed, "bob on github"), None);
        assert_eq!(Seal::new("456:other").open(&sealed, "ann on github"), None);
        for garbage in ["", "AAAA", "%%%", &sealed[1..], &sealed.to_uppercase()] {
            assert_eq!(seal.open(garbage, "ann on github"), None, "{garbage:?}");
        }
    }

    #[test]
    fn a_pseudonym_is_one_persons_on_one_day_by_one_secret() {
        let (one, other) = (Pseudonyms::new("123:token"), Pseudonyms::new("456:other"));
        let name = one.of(7, 20_000);
        assert_eq!(name, Pseudonyms::new("123:token").of(7, 20_000));
        for different in [one.of(8, 20_000), one.of(7, 20_001), other.of(7, 20_000)] {
            assert_ne!(name, different);
        }
    }

    #[test]
    fn the_same_is_never_sealed_alike() {
        let seal = Seal::new("123:token");
        assert_ne!(seal.seal("a", "b"), seal.seal("a", "b"));
    }
}
