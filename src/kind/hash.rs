//! Hashes of features: FNV-1a, by Fowler, Noll and Vo. Pure.

const OFFSET: u32 = 0x811c_9dc5;
const PRIME: u32 = 0x0100_0193;

/// A hash that grows with what is added to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hash(u32);

impl Hash {
    /// Begins a hash; features of different kinds begin differently.
    pub(super) const fn of(kind: u8) -> Self {
        Self(OFFSET).byte(kind)
    }

    pub(super) const fn byte(self, byte: u8) -> Self {
        Self((self.0 ^ byte as u32).wrapping_mul(PRIME))
    }

    pub(super) fn text(self, text: &str) -> Self {
        text.bytes().fold(self, Self::byte)
    }

    pub(super) fn letter(self, letter: char) -> Self {
        self.text(letter.encode_utf8(&mut [0; 4]))
    }

    /// Returns its bits, the higher ones mixed into the lower.
    pub(super) fn finish(self) -> u32 {
        self.0 ^ (self.0 >> 17)
    }
}
