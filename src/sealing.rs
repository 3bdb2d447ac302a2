//! Secrets that people have entrusted to the bot, sealed: what is stored can't be read without the bot's own
//! token, which is in no database and no back-up.
//!
//! The key is HKDF-SHA-256 (RFC 5869) of the token; a text is sealed by XChaCha20-Poly1305 under a random
//! nonce, bound to what it is for, so that it opens nowhere else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;

/// What else is made of the token must come out differently.
const PURPOSE: &[u8] = b"lookalike: keys that people have given";

/// Bytes of a nonce: long enough to be drawn at random.
const NONCE: usize = 24;

/// Seals and opens.
#[derive(Clone)]
pub struct Seal(XChaCha20Poly1305);

/// There is no randomness to be had.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("nothing can be sealed: {0}")]
pub struct SealError(String);

impl Seal {
    /// A seal that nobody can open who does not know the secret.
    pub fn new(secret: &str) -> Self {
        let mut key = Key::default();
        // Fails only for keys of more than 8,160 bytes.
        let _ = Hkdf::<Sha256>::new(None, secret.as_bytes()).expand(PURPOSE, &mut key);
        Self(XChaCha20Poly1305::new(&key))
    }

    /// The text as letters, digits, `-` and `_`, for `purpose` only.
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

    /// The text, if it was sealed with the same secret for the same purpose.
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
    fn the_same_is_never_sealed_alike() {
        let seal = Seal::new("123:token");
        assert_ne!(seal.seal("a", "b"), seal.seal("a", "b"));
    }
}
