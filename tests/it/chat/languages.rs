//! Each chat is answered in its own language.

use lookalike::demo::telegram::{FakeTelegram, Message, Person};
use lookalike::model::{Alarm, ChatId, Depth, Every, NetworkName, PersonId};

use crate::chat::engine::rows;
use crate::chat::harness::{ChatHarness, GROUP, SOON, ann, bob};
use crate::harness::press_behind;

const SEARCHING: &str = "Ищу @nasa в Instagram…";

fn russian() -> Person {
    ann().speaking("ru")
}

#[tokio::test]
async fn somebody_whose_telegram_is_russian_is_answered_in_russian() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&russian(), "/start");
    harness
        .wait_for(42, "Здравствуйте! Пришлите аккаунт в Instagram")
        .await;
    harness.fake.says(&russian(), "/help");
    harness
        .wait_for(42, "Пришлите один или несколько аккаунтов")
        .await;
    harness.fake.says(&russian(), "/privacy");
    let privacy = harness.wait_for(42, "Что я храню").await;
    assert!(
        privacy
            .text
            .contains("всё остальное удаляется через 30 дней")
    );
    harness.fake.says(&russian(), "что ты умеешь");
    harness.wait_for(42, "Не вижу здесь аккаунта").await;
    harness.fake.says(&russian(), "@nasa");
    let bubble = harness.wait_for(42, SEARCHING).await;
    harness.verify("nasa", 1_021).await;
    let verified = "@nasa · Instagram · 1\u{202f}021 подписчик\n";
    harness
        .wait_for_change(42, bubble.id, verified, |m| m.text.starts_with(verified))
        .await;
    harness.start_reading("nasa").await;
    harness
        .wait_for_change(42, bubble.id, "reading", |m| {
            m.text.contains("▰▰▰▰▱▱▱▱▱▱ 48%")
        })
        .await;
    let press = harness
        .fake
        .presses(&russian(), bubble.id, "Отменить")
        .unwrap();
    assert_eq!(harness.answer(&press).await, "Поиск по @nasa отменён.");
    harness.assert_healthy();
}

#[tokio::test]
async fn a_language_that_is_not_there_is_english_however_close_it_is_to_another() {
    let harness = ChatHarness::new().await;
    for code in ["uk", "be", "kk", "pt-BR"] {
        harness.fake.says(&ann().speaking(code), "/cancel");
        harness.wait_for(42, "You have no search under way").await;
    }
    harness.fake.says(&bob(), "/cancel");
    harness.wait_for(43, "You have no search under way").await;
    harness.assert_healthy();
}

#[tokio::test]
async fn a_language_is_chosen_by_button_and_what_stands_there_changes_with_it() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "nasa");
    let bubble = harness.wait_for(42, "Looking up @nasa").await;
    harness.fake.says(&ann(), "/language");
    let choice = harness
        .wait_for(42, "Which language shall I speak here?")
        .await;
    assert!(choice.button("• English").is_some());
    let press = harness.fake.presses(&ann(), choice.id, "Русский").unwrap();
    let asked = "На каком языке мне здесь говорить?";
    let choice = harness
        .wait_for_change(42, choice.id, asked, |m| m.text == asked)
        .await;
    assert!(choice.button("English").is_some() && choice.button("• Русский").is_some());
    assert_eq!(
        harness.answer(&press).await,
        "Теперь я говорю здесь по-русски."
    );
    harness
        .wait_for_change(42, bubble.id, SEARCHING, |m| m.text == SEARCHING)
        .await;
    // To choose the present one again is no error.
    let marked = "• Русский";
    let press = harness.fake.presses(&ann(), choice.id, marked).unwrap();
    assert_eq!(
        harness.answer(&press).await,
        "Теперь я говорю здесь по-русски."
    );
    harness.fake.presses(&ann(), choice.id, "English").unwrap();
    harness
        .wait_for_change(42, choice.id, "English again", |m| {
            m.button("• English").is_some()
        })
        .await;
    harness.assert_healthy();
}

#[tokio::test]
async fn a_language_is_chosen_by_word_too() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "/language Klingon<>");
    let sorry = harness.wait_for(42, "I don't speak “Klingon<>” yet.").await;
    assert!(sorry.button("Русский").is_some());
    harness.fake.says(&ann(), "/language ru");
    harness
        .wait_for(42, "Теперь я говорю здесь по-русски.")
        .await;
    harness.fake.says(&ann(), "/language english");
    harness
        .wait_for(42, "From now on I speak English here.")
        .await;
    harness.assert_healthy();
}

#[tokio::test]
async fn a_choice_wins_over_what_telegram_tells_and_over_a_restart() {
    let mut harness = ChatHarness::new().await;
    harness.fake.says(&russian(), "/language en");
    harness
        .wait_for(42, "From now on I speak English here.")
        .await;
    harness.fake.says(&russian(), "nasa");
    harness.wait_for(42, "Looking up @nasa").await;
    harness.reopen().await;
    harness.deliver("nasa", rows(30)).await;
    harness.wait_for(42, "Accounts like @nasa").await;
    harness.fake.says(&russian(), "/cancel");
    harness.wait_for(42, "You have no search under way").await;
    harness.assert_healthy();
}

#[tokio::test]
async fn what_is_said_after_a_restart_is_in_the_language_that_was_spoken_before() {
    let mut harness = ChatHarness::new().await;
    harness.fake.says(&russian(), "nasa");
    harness.wait_for(42, SEARCHING).await;
    harness.reopen().await;
    harness.deliver("nasa", rows(30)).await;
    let is_list = |message: &Message| message.button("↕ Похожие").is_some();
    let listed = |messages: &[Message]| messages.iter().any(is_list);
    let messages = harness.fake.until(42, SOON, "the list", listed).await;
    let list = messages.unwrap().into_iter().find(is_list).unwrap();
    assert!(list.text.starts_with("Похожие на @nasa, Instagram\n"));
    let is_there = |fake: &FakeTelegram| {
        let messages = fake.messages(42);
        let mut pictures = messages.iter().filter_map(|m| m.photo.as_ref());
        pictures.any(|picture| picture.file_name == "похожие-на-nasa.png")
    };
    let seen = harness.fake.until_true(SOON, "the picture", is_there).await;
    seen.unwrap();
    let at = (42, list.id);
    press_behind(&harness.fake, &russian(), at, "↕ ", "Сбалансированно").await;
    harness
        .wait_for_change(42, list.id, "another order", |m| {
            m.text
                .contains("Сбалансированно: общие подписчики с поправкой на размер")
        })
        .await;
    harness.assert_healthy();
}

#[tokio::test]
async fn a_group_has_one_language() {
    let harness = ChatHarness::new().await;
    harness.fake.says_in_group(GROUP, &russian(), "/find @nasa");
    let bubble = harness.wait_for(GROUP, SEARCHING).await;
    // The person who presses does not change it, nor does one who does not address the bot.
    harness
        .fake
        .says_in_group(GROUP, &bob().speaking("en"), "hello");
    let foreign = bob().speaking("en");
    let press = harness
        .fake
        .presses(&foreign, bubble.id, "Отменить")
        .unwrap();
    assert_eq!(
        harness.answer(&press).await,
        "Остановить этот поиск может только тот, кто спрашивал, или администратор группы."
    );
    harness.verify("nasa", 5).await;
    let verified = "@nasa · Instagram · 5 подписчиков\n";
    harness
        .wait_for_change(GROUP, bubble.id, verified, |m| m.text.starts_with(verified))
        .await;
    harness.fake.says_in_group(GROUP, &foreign, "/language en");
    harness
        .wait_for(GROUP, "From now on I speak English here.")
        .await;
    harness.fake.says_in_group(GROUP, &russian(), "/find @esa");
    harness.wait_for(GROUP, "Looking up @esa").await;
    harness.fake.says(&russian(), "/cancel @esa");
    harness.wait_for(42, "Остановлено: @esa.").await;
    harness.assert_healthy();
}

#[tokio::test]
async fn operators_are_told_in_their_own_language_what_is_the_matter() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&russian(), "/start");
    harness.wait_for(42, "Здравствуйте!").await;
    let network = NetworkName::new("instagram");
    let operators = vec![ChatId(42), ChatId(43)];
    let raised = harness
        .cx
        .ledger
        .raise(&network, Alarm::KeyRefused, operators);
    raised.await.unwrap();
    harness
        .wait_for(42, "⚠️ Instagram не принимает мой ключ")
        .await;
    harness.wait_for(43, "⚠️ Instagram refuses my key").await;
    harness.assert_healthy();
}

#[tokio::test]
async fn telegram_is_told_the_menu_and_the_descriptions_in_every_language() {
    let harness = ChatHarness::new().await;
    let introduced = |fake: &FakeTelegram| fake.short_description("ru").is_some();
    let seen = harness
        .fake
        .until_true(SOON, "the descriptions", introduced);
    seen.await.unwrap();
    let words = |language| {
        let menu = harness.fake.commands_in(language);
        let help = menu.into_iter().find(|(command, _)| command == "help");
        (
            help.unwrap().1,
            harness.fake.description(language).unwrap(),
            harness.fake.short_description(language).unwrap(),
        )
    };
    assert_eq!(words(""), words("en"), "English is for everybody else too");
    let (help, description, short) = words("ru");
    assert_eq!(help, "Как это работает");
    assert!(description.starts_with("Пришлите аккаунт в Instagram"));
    assert!(short.starts_with("Находит аккаунты"));
    harness.assert_healthy();
}

#[tokio::test]
async fn how_deep_and_how_often_is_said_in_ones_own_words() {
    let networks = &["instagram", "bluesky", "github", "mastodon", "x"];
    let mut harness = ChatHarness::on(networks).await;
    harness.speed_up_time();
    // Alone these words are no account on any network.
    let alone = [
        "быстро",
        "Глубоко",
        "до ясности",
        "/find полностью",
        "/watch еженедельно",
    ];
    for words in alone {
        harness.fake.says(&russian(), words);
    }
    let not_understood = |fake: &FakeTelegram| {
        let said = fake.messages(42).into_iter();
        let words = ["Понятно, как подробно искать", "По одному этому слову"];
        let said = said.filter(|it| words.iter().any(|words| it.text.starts_with(words)));
        said.count() == alone.len()
    };
    let seen = harness
        .fake
        .until_true(SOON, "an answer to each", not_understood);
    seen.await.unwrap_or_else(|missing| panic!("{missing}"));
    assert_eq!(harness.analyses(&russian()), []);

    for words in ["nasa быстро", "@esa, @jaxa до ясности"] {
        harness.fake.says(&russian(), words);
    }
    harness.wait_for(42, "Ищу @jaxa").await;
    let searches = harness.analyses(&russian()).into_iter();
    let searches: Vec<_> = searches.map(|it| (it.handle.0, it.depth)).collect();
    let expected = [
        ("nasa".to_owned(), Depth::Quick),
        ("esa".to_owned(), Depth::Settled),
        ("jaxa".to_owned(), Depth::Settled),
    ];
    assert_eq!(searches, expected);
    harness
        .fake
        .says(&russian(), "/watch nasa каждый месяц глубоко");
    // Its search is under way, and has not found it yet.
    harness.fake.says(&russian(), "/watch");
    harness.wait_for(42, "Вы пока ни за кем не следите").await;
    harness.verify("nasa", 1_020).await;
    let promise = harness
        .wait_for(42, "Буду проверять @nasa каждый месяц")
        .await;
    let labels = promise.buttons.iter().flatten().map(|it| it.label.as_str());
    let labels: Vec<&str> = labels.collect();
    assert_eq!(labels, ["Раз в неделю", "• Раз в месяц", "Не следить"]);
    let watches = harness.cx.ledger.watches_of(PersonId(42)).unwrap();
    assert_eq!(
        (watches[0].every, watches[0].depth),
        (Every::Month, Depth::Deep)
    );
    // The words of all languages are understood, whichever is chosen.
    harness.fake.says(&bob(), "nasa полностью");
    harness.wait_for(43, "Looking up @nasa").await;
    harness.fake.says(&russian(), "/help");
    let help = harness.wait_for(42, "Пришлите один или несколько").await;
    assert!(
        help.text
            .contains("@nasa быстро (200 подписчиков), обычно (800)")
    );
    assert_eq!(harness.analyses(&bob())[0].depth, Depth::Full);
    harness.assert_healthy();
}
