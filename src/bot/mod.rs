//! stub
use crate::context::{Context, Notifier};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
pub struct Nudges;
#[derive(Debug, thiserror::Error)]
#[error("x")]
pub struct BotError;
pub struct BotSettings {
    pub token: String,
    pub api_url: Option<String>,
    pub edit_every: Option<Duration>,
    pub priority_people: BTreeSet<u64>,
    pub raised_priority: u32,
}
struct N;
impl Notifier for N {
    fn progress(&self, _: crate::model::CrawlId) {}
    fn outgoing(&self) {}
}
pub fn notifier() -> (Arc<dyn Notifier>, Nudges) {
    (Arc::new(N), Nudges)
}
pub async fn run(
    _cx: Context,
    _s: BotSettings,
    _n: Nudges,
    stop: tokio_util::sync::CancellationToken,
) -> Result<(), BotError> {
    stop.cancelled().await;
    Ok(())
}
pub async fn name(_s: &BotSettings) -> Result<String, BotError> {
    Ok(String::new())
}
