//! What one request to a network can bring.

/// The most accounts that a search asks for.
pub const FOUND: u32 = 25;

/// The limits of one response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most accounts in a page of the accounts that one follows.
    pub page: u32,
    /// The usual number of accounts in a page of followers.
    pub followers_page: u32,
    /// A real response never holds more accounts, even if the requested size is ignored.
    pub largest_page: u32,
    /// Bytes of the longest id of an account.
    pub longest_id: usize,
    pub profiles_at_once: u32,
    /// Lists contain the profiles of their accounts.
    pub lists_tell_profiles: bool,
    /// It names accounts that it considers similar.
    pub suggests: bool,
    /// It can be searched for accounts by name.
    pub searches: bool,
}
