//! Lists that are read at a server beside the network's own.

use async_trait::async_trait;

use crate::model::Page;
use crate::networks::NetworkError;

/// A request for a page of a list, whose turn it is at another server.
#[async_trait]
pub trait Elsewhere: Send {
    /// Sends it. Returns the page, and how many requests that took.
    async fn list(self: Box<Self>) -> (Result<Page, NetworkError>, u64);
}
