//! What chats prefer: kept as long as they are heard from, and wherever they go.

use lookalike::ledger::Change;
use lookalike::model::{ChatId, NetworkName, Preferences};
use lookalike::stores::Store;

use crate::ledger::kit::{DAY, Desk, every_store};

const CHAT: ChatId = ChatId(-7);

fn chosen(language: &str) -> Preferences {
    Preferences {
        language: Some(language.into()),
        ..Preferences::default()
    }
}

fn told(language: &str) -> Preferences {
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

async fn prefer(desk: &Desk, chat: ChatId, preferences: Preferences) {
    desk.update(Change::Prefer { chat, preferences }).await;
}

fn rows(store: &dyn Store) -> usize {
    store.scan(b"j", b"k", 9).unwrap().len()
}

#[tokio::test]
async fn a_choice_is_kept_beside_others_and_over_a_restart() {
    every_store(|mut desk| async move {
        let before = desk.ledger.preferences(CHAT).unwrap();
        assert_eq!(before, Preferences::default());
        prefer(&desk, CHAT, told("de-AT")).await;
        prefer(&desk, CHAT, chosen("ru")).await;
        prefer(&desk, CHAT, network("bluesky")).await;
        prefer(&desk, CHAT, chosen("en")).await;
        desk.reopen().await;
        let all = chosen("en").or(told("de-AT")).or(network("bluesky"));
        assert_eq!(desk.ledger.preferences(CHAT).unwrap(), all);
        let other = desk.ledger.preferences(ChatId(7)).unwrap();
        assert_eq!(other, Preferences::default(), "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_chat_of_which_nothing_is_known_has_no_row() {
    every_store(|desk| async move {
        prefer(&desk, CHAT, Preferences::default()).await;
        assert_eq!(rows(desk.store.as_ref()), 0, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_choice_goes_with_a_group_to_its_new_id() {
    every_store(|desk| async move {
        let new = ChatId(-1_007);
        prefer(&desk, CHAT, chosen("ru").or(told("de"))).await;
        prefer(&desk, new, told("en")).await;
        desk.ledger.move_chat(CHAT, new).await.unwrap();
        let moved = desk.ledger.preferences(new).unwrap();
        assert_eq!(moved, chosen("ru").or(told("en")), "{}", desk.name);
        assert_eq!(rows(desk.store.as_ref()), 1, "the old one is gone");
    })
    .await;
}

#[tokio::test]
async fn a_choice_is_forgotten_when_the_chat_is_quiet_for_long_and_nothing_of_it_is_kept() {
    every_store(|desk| async move {
        let busy = ChatId(1);
        prefer(&desk, CHAT, chosen("ru")).await;
        prefer(&desk, busy, chosen("ru")).await;
        let under_way = desk.submit(desk.wish(1, "nasa")).await;
        let sweep = async || desk.ledger.drop_aged().await.unwrap();
        for _ in 0..29 {
            desk.clock.advance(DAY);
            sweep().await;
            prefer(&desk, CHAT, told("ru")).await;
        }
        for _ in 0..30 {
            desk.clock.advance(DAY);
            sweep().await;
            assert_eq!(rows(desk.store.as_ref()), 2, "{}", desk.name);
        }
        desk.clock.advance(DAY);
        sweep().await;
        let quiet = desk.ledger.preferences(CHAT).unwrap();
        assert_eq!(quiet, Preferences::default(), "{}", desk.name);
        let busy_one = desk.ledger.preferences(busy).unwrap();
        assert_eq!(busy_one, chosen("ru"), "something is to be said there");
        desk.cancel(1, under_way).await;
        desk.clock.advance(31 * DAY);
        sweep().await;
        assert_eq!(rows(desk.store.as_ref()), 0, "{}", desk.name);
    })
    .await;
}
