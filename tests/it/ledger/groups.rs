//! Transactions that wait together are committed together, since the disk's sync is what costs; and not too many at
//! once.

use std::sync::mpsc;

use futures::future::{join_all, join3};
use lookalike::model::{ChatId, Say};

use crate::ledger::fixture::every_store;

const WRITES: u64 = 1_000;

/// The most transactions of one commit.
const OF_A_GROUP: u64 = 50;

#[tokio::test]
async fn a_thousand_writes_at_once_are_few_commits_and_none_is_too_large() {
    every_store(|test| async move {
        let before = test.checked.commits();
        let hello = || Say::Text {
            html: "hello".into(),
            buttons: Vec::new(),
            reply_to: None,
        };
        let writes = (0..WRITES).map(|_| test.ledger.say(ChatId(1), hello()));
        // The writer is blocked until as many wait as may.
        let (go_on, may_go_on) = mpsc::channel::<()>();
        test.checked
            .after_scanning(b'b', move || may_go_on.recv().unwrap());
        let release = async { go_on.send(()).unwrap() };
        let all = join3(test.ledger.start_waiting(), join_all(writes), release);
        let (first, written, ()) = all.await;
        first.unwrap();
        written.into_iter().for_each(|written| written.unwrap());
        let commits = test.checked.commits() - before;
        let fewest = WRITES / OF_A_GROUP;
        assert!(
            (fewest..=5 * fewest).contains(&commits),
            "{}: {WRITES} writes at once in {commits} commits",
            test.name
        );
    })
    .await;
}
