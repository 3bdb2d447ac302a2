//! Tells the operators that the database has failed. Since messages can't be stored any more, they are sent at once,
//! and a file in the database's folder records that they were.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::bot::{self, BotSettings};
use crate::context::Context;
use crate::model::{Failing, Say};
use crate::stores::StoreError;

/// After accepting writes for this long, the database counts as working again.
const WORKS_AFTER: Duration = Duration::from_secs(600);

#[derive(Clone)]
pub(super) struct DatabaseAlarm {
    note: PathBuf,
    settings: BotSettings,
}

impl DatabaseAlarm {
    pub(super) fn new(database: &Path, settings: BotSettings) -> Self {
        Self {
            note: database.join("failed"),
            settings,
        }
    }

    /// Tells the operators, unless that happened at an earlier start and the database has not worked since.
    pub(super) async fn raise(&self, cx: &Context) {
        if self.note.exists() {
            return;
        }
        // On a full disk this may fail, too; then the next start won't get this far.
        if let Err(error) = std::fs::write(&self.note, "") {
            tracing::warn!(%error, "can't note that the operators are told");
        }
        bot::alert_operators(cx, &self.settings).await;
    }

    /// Tells the operators once it has worked again for a while.
    pub(super) async fn watch(self, cx: Context, stop: CancellationToken) {
        if !self.note.exists() {
            return;
        }
        tokio::select! {
            () = cx.clock.sleep(WORKS_AFTER) => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = self.over(&cx).await {
            tracing::warn!(%error, "can't tell that the database works again");
        }
    }

    async fn over(&self, cx: &Context) -> Result<(), StoreError> {
        for chat in cx.settings.operators.clone() {
            let (what, over) = (Failing::Database, true);
            cx.ledger.say(chat, Say::Failing { what, over }).await?;
        }
        std::fs::remove_file(&self.note)?;
        Ok(())
    }
}
