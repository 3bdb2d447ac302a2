//! How long until a crawl's result.

use std::time::Duration;

use crate::context::Context;
use crate::model::Crawl;

/// The time until this crawl's result, queue included; `None` while nothing can be said.
pub fn expected(_cx: &Context, _crawl: &Crawl) -> Option<Duration> {
    None
}
