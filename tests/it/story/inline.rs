//! Inline mode: what is typed after the bot's name, what is offered, and what is sent.

use lookalike::demo::is_list;
use lookalike::demo::telegram::{InlineResults, Message, Person};
use lookalike::model::{ChatId, PersonId, Preferences};
use serde_json::json;

use crate::harness::{Harness, WITHIN, small_world};

const GROUP: i64 = -100;

fn bob() -> Person {
    Person::new(502, "Bob")
}

/// Returns a harness in which a person has the results for these accounts.
async fn with_results(person: Option<Person>, handles: &[&str]) -> Harness {
    let mut harness = Harness::new(small_world(40, false)).await;
    harness.start().await;
    let person = person.unwrap_or_else(|| harness.ann.clone());
    for (before, handle) in handles.iter().enumerate() {
        harness.telegram.says(&person, &format!("@{handle}"));
        let listed = |all: &[Message]| {
            let lists = all
                .iter()
                .filter(|it| handles.iter().any(|one| is_list(it, one)));
            lists.count() > before
        };
        harness.until(&person, handle, listed).await;
    }
    harness
}

/// Returns what a person is offered for these words.
async fn offer(harness: &Harness, person: &Person, words: &str) -> InlineResults {
    let query = harness.telegram.types(person, words);
    let what = format!("an offer for {words:?}");
    let seen = harness
        .telegram
        .until_true(WITHIN, &what, |fake| fake.offer(&query).is_some());
    seen.await.unwrap();
    harness.telegram.offer(&query).unwrap()
}

fn titles(offer: &InlineResults) -> Vec<&str> {
    let titles = offer.articles.iter().map(|it| it.title.as_str());
    titles.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_results_are_offered_and_nobody_elses() {
    let mut harness = with_results(None, &["luna", "celebrity", "luna"]).await;
    let ann = harness.ann.clone();
    let (luna, celebrity) = ("@luna · Instagram", "@celebrity · Instagram");
    let all = offer(&harness, &ann, "").await;
    assert_eq!(
        titles(&all),
        [luna, celebrity],
        "the newest first, once each"
    );
    assert!(all.is_personal);
    let about = &all.articles[0].description;
    assert!(about.starts_with("@peer0, @peer1, @"), "{about}");
    for words in [
        "lu",
        "@LUNA",
        "the lun",
        "ig:luna",
        "https://www.instagram.com/luna/",
        "luna quick",
    ] {
        assert_eq!(
            titles(&offer(&harness, &ann, words).await),
            [luna],
            "{words}"
        );
    }
    assert_eq!(
        titles(&offer(&harness, &ann, "the").await),
        [luna, celebrity]
    );
    assert_eq!(titles(&offer(&harness, &ann, "una").await), [""; 0]);

    assert_eq!(titles(&offer(&harness, &bob(), "").await), [""; 0]);
    let his = offer(&harness, &bob(), "luna").await;
    assert_eq!(titles(&his), [""; 0], "Bob has not asked for it");
    harness.stop().await;
    harness.start().await;
    assert_eq!(offer(&harness, &ann, "").await.articles, all.articles);
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_chosen_is_the_list_and_leads_to_the_result_once_that_is_shared() {
    let mut harness = with_results(None, &["luna"]).await;
    let ann = harness.ann.clone();
    let messages = harness.telegram.messages(ann.id);
    let list = messages.iter().find(|it| is_list(it, "luna")).unwrap();
    let choose = async |chat: i64| {
        let offer = offer(&harness, &ann, "luna").await;
        let id = &offer.articles[0].id;
        let sent = harness.telegram.chooses(&ann, chat, &offer.query, id);
        let messages = harness.telegram.messages(chat);
        let sent = sent.unwrap();
        messages.into_iter().find(|it| it.id == sent).unwrap()
    };
    let sent = choose(GROUP).await;
    assert_eq!((&sent.text, sent.via_bot), (&list.text, true));
    let button = &sent.buttons[0][0];
    assert_eq!(button.label, "Find similar accounts");
    let url = button.url.as_deref();
    assert_eq!(url, Some("https://t.me/lookalike_bot"));

    harness.telegram.presses(&ann, list.id, "Share").unwrap();
    let linked = |all: &[Message]| all.iter().any(|it| it.text.contains("?start=r_"));
    let messages = harness.until(&ann, "a link", linked).await;
    let (_, link) = messages.last().unwrap().text.split_once('\n').unwrap();
    let before = harness.telegram.messages(ann.id).len();
    // The same holds in the bot's own chat, where it does not take its own words for a question.
    let sent = choose(ann.id).await;
    let button = &sent.buttons[0][0];
    assert_eq!(button.label, "See all of it");
    assert_eq!(button.url.as_deref(), Some(link));
    harness.telegram.says(&ann, "/status");
    let more = |all: &[Message]| all.len() > before + 2;
    let messages = harness
        .until(&ann, "the answer to what was said", more)
        .await;
    assert_eq!(messages.len(), before + 3, "and to nothing else");
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_without_a_result_leads_to_a_search() {
    let mut harness = with_results(None, &[]).await;
    let ann = harness.ann.clone();
    let offered = offer(&harness, &ann, "@luna quick").await;
    assert_eq!(titles(&offered), [""; 0]);
    let (label, parameter) = offered.button.unwrap();
    assert_eq!(label, "Search for @luna");
    harness.telegram.says(&ann, &format!("/start {parameter}"));
    harness.until_delivered(&ann, "luna").await;
    let offered = offer(&harness, &ann, "@luna quick").await;
    assert_eq!((offered.articles.len(), offered.button), (1, None));

    let long = format!("https://www.instagram.com/{}/", "a".repeat(30));
    for words in ["", "hello there, bot", "🚀", &long] {
        let offered = offer(&harness, &ann, words).await;
        assert_eq!(offered.button, None, "{words:?} is no account that fits");
    }
    // What a link carries counts no more than if it were typed.
    for parameter in ["s_L3N0YXR1cw", "s_", "s_!"] {
        harness.telegram.says(&ann, &format!("/start {parameter}"));
    }
    let answered = |all: &[Message]| {
        let said = |words: &str| all.iter().filter(|it| it.text.starts_with(words)).count();
        said("I don't know that command") == 1 && said("I didn't find") == 1 && said("Hi!") == 1
    };
    harness.until(&ann, "an answer to each", answered).await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_to_be_left_alone_is_in_no_offer() {
    let mut harness = with_results(None, &["luna", "celebrity"]).await;
    let ann = harness.ann.clone();
    harness.stop().await;
    harness.set("OPT_OUT", "ig:celebrity,ig:peer1");
    harness.start().await;
    let offered = offer(&harness, &ann, "").await;
    assert_eq!(titles(&offered), ["@luna · Instagram"]);
    let article = &offered.articles[0];
    assert!(!article.description.contains("@peer1,"), "{article:?}");
    assert!(!article.text.contains("@peer1 "), "{article:?}");
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_letter_by_letter_is_neither_rebuked_nor_counted() {
    let mut harness = with_results(None, &[]).await;
    let ann = harness.ann.clone();
    let typed = (0..200).map(|count| harness.telegram.types(&ann, &"a".repeat(count % 20)));
    let typed: Vec<String> = typed.collect();
    harness.telegram.says(&ann, "@luna");
    harness.until_delivered(&ann, "luna").await;
    let offered = typed
        .iter()
        .filter(|it| harness.telegram.offer(it).is_some());
    assert_eq!(offered.count(), 120, "what is too much is passed over");
    let messages = harness.telegram.messages(ann.id);
    let rebuked = messages.iter().any(|it| it.text.contains("a lot at once"));
    assert!(!rebuked, "{}", harness.telegram.transcript());
    // Another person goes on typing.
    offer(&harness, &bob(), "lu").await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_russian_speaker_is_offered_russian_and_leaves_nothing_behind() {
    let ivan = Person::new(503, "Ivan").speaking("ru");
    let mut harness = with_results(Some(ivan.clone()), &["luna"]).await;
    let offered = offer(&harness, &ivan, "luna").await;
    let article = &offered.articles[0];
    assert!(article.text.starts_with("Похожие на @luna, Instagram\n"));
    assert_eq!(article.buttons[0][0].label, "Найти похожие аккаунты");
    // A person who has never written to the bot gets the language that Telegram names, and is no more known than
    // before.
    let olga = Person::new(504, "Olga").speaking("ru");
    let (label, _) = offer(&harness, &olga, "luna").await.button.unwrap();
    assert_eq!(label, "Искать похожие на @luna");
    let ledger = &harness.app().context().ledger;
    assert_eq!(
        ledger.preferences(ChatId(504)).unwrap(),
        Preferences::default()
    );
    assert_eq!(ledger.analyses_of(PersonId(504)).unwrap(), []);
    // The choice in the private chat holds here too.
    harness.telegram.says(&ivan, "/language en");
    let chosen = |all: &[Message]| all.iter().any(|it| it.text.starts_with("From now on"));
    harness.until(&ivan, "the choice", chosen).await;
    let offered = offer(&harness, &ivan, "luna").await;
    assert!(
        offered.articles[0]
            .text
            .starts_with("Accounts like @luna on Instagram\n")
    );
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_use_the_bot_is_offered_nothing_and_told_nothing() {
    let mut harness = Harness::new(small_world(40, false)).await;
    harness.set("ALLOWED", "501");
    harness.start().await;
    let ann = harness.ann.clone();
    let query = harness.telegram.types(&bob(), "luna");
    // Updates are handled in order.
    offer(&harness, &ann, "luna").await;
    assert_eq!(harness.telegram.offer(&query), None);
    assert_eq!(harness.telegram.messages(bob().id), []);
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_and_a_question_that_is_too_old_do_nothing() {
    let mut harness = with_results(None, &[]).await;
    let ann = harness.ann.clone();
    let of = |query: serde_json::Value| json!({ "inline_query": query });
    harness.telegram.delivers(of(json!({})));
    harness.telegram.delivers(of(json!("luna")));
    harness
        .telegram
        .delivers(json!({ "inline_query": { "id": "1", "query": 7 } }));
    // This query gets no answer.
    let from = json!({ "id": 501, "is_bot": false, "first_name": "Ann" });
    let lost = json!({ "id": "lost", "from": from, "query": "luna", "offset": "" });
    harness.telegram.delivers(of(lost));
    harness
        .telegram
        .delivers(json!({ "chosen_inline_result": {} }));
    let offered = offer(&harness, &ann, "luna").await;
    assert!(offered.button.is_some());
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_inline_mode_the_bot_is_as_before() {
    let mut harness = Harness::new(small_world(40, false)).await;
    harness.telegram.set_inline_mode(false);
    harness.start().await;
    harness.telegram.says(&harness.ann, "/help");
    let helped = |all: &[Message]| all.iter().any(|it| it.text.contains("/privacy"));
    let messages = harness.until(&harness.ann, "help", helped).await;
    let help = &messages.last().unwrap().text;
    assert!(!help.contains("In any other chat"), "{help}");
    let query = harness.telegram.types(&harness.ann, "luna");
    harness.telegram.says(&harness.ann, "@luna");
    harness.until_delivered(&harness.ann, "luna").await;
    assert_eq!(harness.telegram.offer(&query), None);
    harness.stop().await;
    harness.assert_clean();
}
