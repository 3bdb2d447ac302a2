//! Preferences of chats: kept as long as the chat is in use, and moved with it.

use lookalike::ledger::Change;
use lookalike::model::{ChatId, NetworkName, Preferences};
use lookalike::stores::Store;

use crate::ledger::fixture::{DAY, TestLedger, every_store};

const CHAT: ChatId = ChatId(-7);

fn chosen(language: &str) -> Preferences {
    Preferences {
        language: Some(language.into()),
        ..Preferences::default()
    }
}

fn from_telegram(language: &str) -> Preferences {
    Preferences {
        telegram_language: Some(language.into()),
        ..Preferences::default()
    }
}

fn network(name: &str) -> Preferences {
    Preferences {
        network: Some(NetworkName::new(name)),
        ..Preferences::default()
    }
}

async fn prefer(test: &TestLedger, chat: ChatId, preferences: Preferences) {
    test.update(Change::Prefer { chat, preferences }).await;
}

fn rows(store: &dyn Store) -> usize {
    store.scan(b"j", b"k", 9).unwrap().len()
}

#[tokio::test]
async fn a_choice_is_kept_beside_others_and_over_a_restart() {
    every_store(|mut test| async move {
        let before = test.ledger.preferences(CHAT).unwrap();
        assert_eq!(before, Preferences::default());
        prefer(&test, CHAT, from_telegram("de-AT")).await;
        prefer(&test, CHAT, chosen("ru")).await;
        prefer(&test, CHAT, network("bluesky")).await;
        prefer(&test, CHAT, chosen("en")).await;
        test.reopen().await;
        let all = chosen("en")
            .or(from_telegram("de-AT"))
            .or(network("bluesky"));
        assert_eq!(test.ledger.preferences(CHAT).unwrap(), all);
        let other = test.ledger.preferences(ChatId(7)).unwrap();
        assert_eq!(other, Preferences::default(), "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn a_chat_of_which_nothing_is_known_has_no_row() {
    every_store(|test| async move {
        prefer(&test, CHAT, Preferences::default()).await;
        assert_eq!(rows(test.store.as_ref()), 0, "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn a_choice_goes_with_a_group_to_its_new_id() {
    every_store(|test| async move {
        let new = ChatId(-1_007);
        prefer(&test, CHAT, chosen("ru").or(from_telegram("de"))).await;
        prefer(&test, new, from_telegram("en")).await;
        test.ledger.move_chat(CHAT, new).await.unwrap();
        let moved = test.ledger.preferences(new).unwrap();
        assert_eq!(moved, chosen("ru").or(from_telegram("en")), "{}", test.name);
        assert_eq!(rows(test.store.as_ref()), 1, "the old one is gone");
    })
    .await;
}

#[tokio::test]
async fn a_choice_is_forgotten_when_the_chat_is_quiet_for_long_and_nothing_of_it_is_kept() {
    every_store(|test| async move {
        let busy = ChatId(1);
        prefer(&test, CHAT, chosen("ru")).await;
        prefer(&test, busy, chosen("ru")).await;
        let under_way = test.submit(test.new_analysis(1, "nasa")).await;
        let sweep = async || test.ledger.drop_aged().await.unwrap();
        for _ in 0..29 {
            test.clock.advance(DAY);
            sweep().await;
            prefer(&test, CHAT, from_telegram("ru")).await;
        }
        for _ in 0..30 {
            test.clock.advance(DAY);
            sweep().await;
            assert_eq!(rows(test.store.as_ref()), 2, "{}", test.name);
        }
        test.clock.advance(DAY);
        sweep().await;
        let quiet = test.ledger.preferences(CHAT).unwrap();
        assert_eq!(quiet, Preferences::default(), "{}", test.name);
        let busy_one = test.ledger.preferences(busy).unwrap();
        assert_eq!(busy_one, chosen("ru"), "something is to be said there");
        test.cancel(1, under_way).await;
        test.clock.advance(31 * DAY);
        sweep().await;
        assert_eq!(rows(test.store.as_ref()), 0, "{}", test.name);
    })
    .await;
}
