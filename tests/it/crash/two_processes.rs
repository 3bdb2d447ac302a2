//! Two processes on one database.

use crate::crash::process::{BotProcess, command};
use crate::harness::{Harness, small_world};

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_on_the_same_database_is_refused_with_a_sentence() {
    let harness = Harness::new(small_world(20, false)).await;
    let bot = BotProcess::start(&harness);
    harness.telegram.says(&harness.ann, "@luna");
    harness.until_delivered(&harness.ann, "luna").await;
    let second = command(&harness).output().unwrap();
    bot.stop().await;
    assert!(!second.status.success());
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains("in use by another process"), "{said}");
}
