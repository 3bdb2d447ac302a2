//! Each chat is spoken to in its own language.

use lookalike::demo::telegram::{FakeTelegram, Message, Person};
use lookalike::model::{Alarm, ChatId, Depth, Every, NetworkName, PersonId};

use crate::chat::engine::rows;
use crate::chat::house::{GROUP, House, SOON, ann, bob};

const SEARCHING: &str = "Ищу @nasa в Instagram…";

fn russian() -> Person {
    ann().speaking("ru")
}

#[tokio::test]
async fn somebody_whose_telegram_is_russian_is_answered_in_russian() {
    let house = House::new().await;
    house.fake.says(&russian(), "/start");
    house
        .hears(42, "Здравствуйте! Пришлите аккаунт в Instagram")
        .await;
    house.fake.says(&russian(), "/help");
    house
        .hears(42, "Пришлите один или несколько аккаунтов")
        .await;
    house.fake.says(&russian(), "/privacy");
    let privacy = house.hears(42, "Что я храню").await;
    assert!(
        privacy
            .text
            .contains("всё остальное удаляется через 30 дней")
    );
    house.fake.says(&russian(), "как дела");
    house.hears(42, "Не вижу здесь аккаунта").await;
    house.fake.says(&russian(), "@nasa");
    let bubble = house.hears(42, SEARCHING).await;
    house.verified("nasa", 1_021).await;
    let verified = "@nasa · 1\u{202f}021 подписчик\n";
    house
        .sees(42, bubble.id, verified, |m| m.text.starts_with(verified))
        .await;
    house.reading("nasa").await;
    house
        .sees(42, bubble.id, "reading", |m| {
            m.text.contains("Шаг 2 из 3") && m.text.contains("51% · 412 из 800")
        })
        .await;
    let press = house
        .fake
        .presses(&russian(), bubble.id, "Отменить")
        .unwrap();
    assert_eq!(house.answer(&press).await, "Поиск по @nasa отменён.");
    house.is_well();
}

#[tokio::test]
async fn a_language_that_is_not_there_is_english_however_close_it_is_to_another() {
    let house = House::new().await;
    for code in ["uk", "be", "kk", "pt-BR"] {
        house.fake.says(&ann().speaking(code), "/cancel");
        house.hears(42, "You have no search under way").await;
    }
    house.fake.says(&bob(), "/cancel");
    house.hears(43, "You have no search under way").await;
    house.is_well();
}

#[tokio::test]
async fn a_language_is_chosen_by_button_and_what_stands_there_changes_with_it() {
    let house = House::new().await;
    house.fake.says(&ann(), "nasa");
    let bubble = house.hears(42, "Looking up @nasa").await;
    house.fake.says(&ann(), "/language");
    let choice = house.hears(42, "Which language shall I speak here?").await;
    assert!(choice.button("• English").is_some());
    let press = house.fake.presses(&ann(), choice.id, "Русский").unwrap();
    let asked = "На каком языке мне здесь говорить?";
    let choice = house.sees(42, choice.id, asked, |m| m.text == asked).await;
    assert!(choice.button("English").is_some() && choice.button("• Русский").is_some());
    assert_eq!(
        house.answer(&press).await,
        "Теперь я говорю здесь по-русски."
    );
    house
        .sees(42, bubble.id, SEARCHING, |m| m.text == SEARCHING)
        .await;
    // What shows already is not wrong to be chosen.
    let marked = "• Русский";
    let press = house.fake.presses(&ann(), choice.id, marked).unwrap();
    assert_eq!(
        house.answer(&press).await,
        "Теперь я говорю здесь по-русски."
    );
    house.fake.presses(&ann(), choice.id, "English").unwrap();
    house
        .sees(42, choice.id, "English again", |m| {
            m.button("• English").is_some()
        })
        .await;
    house.is_well();
}

#[tokio::test]
async fn a_language_is_chosen_by_word_too() {
    let house = House::new().await;
    house.fake.says(&ann(), "/language Klingon<>");
    let sorry = house.hears(42, "I don't speak “Klingon<>” yet.").await;
    assert!(sorry.button("Русский").is_some());
    house.fake.says(&ann(), "/language ru");
    house.hears(42, "Теперь я говорю здесь по-русски.").await;
    house.fake.says(&ann(), "/language english");
    house.hears(42, "From now on I speak English here.").await;
    house.is_well();
}

#[tokio::test]
async fn a_choice_wins_over_what_telegram_tells_and_over_a_restart() {
    let mut house = House::new().await;
    house.fake.says(&russian(), "/language en");
    house.hears(42, "From now on I speak English here.").await;
    house.fake.says(&russian(), "nasa");
    house.hears(42, "Looking up @nasa").await;
    house.reopen().await;
    house.delivers("nasa", rows(30)).await;
    house.hears(42, "Accounts like @nasa").await;
    house.fake.says(&russian(), "/cancel");
    house.hears(42, "You have no search under way").await;
    house.is_well();
}

#[tokio::test]
async fn what_is_said_after_a_restart_is_in_the_language_that_was_spoken_before() {
    let mut house = House::new().await;
    house.fake.says(&russian(), "nasa");
    house.hears(42, SEARCHING).await;
    house.reopen().await;
    house.delivers("nasa", rows(30)).await;
    let is_list = |message: &Message| message.button("• Ровня").is_some();
    let listed = |messages: &[Message]| messages.iter().any(is_list);
    let messages = house.fake.until(42, SOON, "the list", listed).await;
    let list = messages.unwrap().into_iter().find(is_list).unwrap();
    assert!(list.text.starts_with("Похожие на @nasa\n"));
    let is_there = |fake: &FakeTelegram| {
        let messages = fake.messages(42);
        let mut pictures = messages.iter().filter_map(|m| m.photo.as_ref());
        pictures.any(|picture| picture.file_name == "похожие-на-nasa.png")
    };
    let seen = house.fake.until_true(SOON, "the picture", is_there).await;
    seen.unwrap();
    house.fake.presses(&russian(), list.id, "Звёзды").unwrap();
    house
        .sees(42, list.id, "another order", |m| {
            m.text
                .contains("По общим подписчикам с поправкой на размер")
        })
        .await;
    house.is_well();
}

#[tokio::test]
async fn a_group_has_one_language() {
    let house = House::new().await;
    house.fake.says_in_group(GROUP, &russian(), "/find @nasa");
    let bubble = house.hears(GROUP, SEARCHING).await;
    // Whoever presses does not change it, nor does who does not speak to the bot.
    house
        .fake
        .says_in_group(GROUP, &bob().speaking("en"), "hello");
    let foreign = bob().speaking("en");
    let press = house.fake.presses(&foreign, bubble.id, "Отменить").unwrap();
    assert_eq!(
        house.answer(&press).await,
        "Остановить этот поиск может только тот, кто спрашивал, или администратор группы."
    );
    house.verified("nasa", 5).await;
    let verified = "@nasa · 5 подписчиков\n";
    house
        .sees(GROUP, bubble.id, verified, |m| m.text.starts_with(verified))
        .await;
    house.fake.says_in_group(GROUP, &foreign, "/language en");
    house
        .hears(GROUP, "From now on I speak English here.")
        .await;
    house.fake.says_in_group(GROUP, &russian(), "/find @esa");
    house.hears(GROUP, "Looking up @esa").await;
    house.fake.says(&russian(), "/cancel @esa");
    house.hears(42, "Остановлено: @esa.").await;
    house.is_well();
}

#[tokio::test]
async fn an_operator_is_told_in_his_own_language_what_is_the_matter() {
    let house = House::new().await;
    house.fake.says(&russian(), "/start");
    house.hears(42, "Здравствуйте!").await;
    let network = NetworkName::new("instagram");
    let operators = vec![ChatId(42), ChatId(43)];
    let raised = house
        .cx
        .ledger
        .raise(&network, Alarm::KeyRefused, operators);
    raised.await.unwrap();
    house.hears(42, "⚠️ Instagram не принимает мой ключ").await;
    house.hears(43, "⚠️ Instagram refuses my key").await;
    house.is_well();
}

#[tokio::test]
async fn telegram_is_told_the_menu_and_the_descriptions_in_every_language() {
    let house = House::new().await;
    let introduced = |fake: &FakeTelegram| fake.short_description("ru").is_some();
    let seen = house.fake.until_true(SOON, "the descriptions", introduced);
    seen.await.unwrap();
    let words = |language| {
        let menu = house.fake.commands_in(language);
        let help = menu.into_iter().find(|(command, _)| command == "help");
        (
            help.unwrap().1,
            house.fake.description(language).unwrap(),
            house.fake.short_description(language).unwrap(),
        )
    };
    assert_eq!(words(""), words("en"), "English is for everybody else too");
    let (help, description, short) = words("ru");
    assert_eq!(help, "Как это работает");
    assert!(description.starts_with("Пришлите аккаунт в Instagram"));
    assert!(short.starts_with("Находит аккаунты"));
    house.is_well();
}

#[tokio::test]
async fn how_deep_and_how_often_is_said_in_ones_own_words() {
    let networks = &["instagram", "bluesky", "github", "mastodon", "x"];
    let mut house = House::on(networks).await;
    house.hurry();
    // Alone they are no account on any network.
    let alone = [
        "быстро",
        "Глубоко",
        "до ясности",
        "/find полностью",
        "/watch еженедельно",
    ];
    for words in alone {
        house.fake.says(&russian(), words);
    }
    let not_understood = |fake: &FakeTelegram| {
        let said = fake.messages(42).into_iter();
        let words = ["Понятно, как подробно искать", "По одному этому слову"];
        let said = said.filter(|it| words.iter().any(|words| it.text.starts_with(words)));
        said.count() == alone.len()
    };
    let seen = house
        .fake
        .until_true(SOON, "an answer to each", not_understood);
    seen.await.unwrap_or_else(|missing| panic!("{missing}"));
    assert_eq!(house.analyses(&russian()), []);

    for words in ["nasa быстро", "@esa, @jaxa до ясности"] {
        house.fake.says(&russian(), words);
    }
    house.hears(42, "Ищу @jaxa").await;
    let searches = house.analyses(&russian()).into_iter();
    let searches: Vec<_> = searches.map(|it| (it.handle.0, it.depth)).collect();
    let expected = [
        ("nasa".to_owned(), Depth::Quick),
        ("esa".to_owned(), Depth::Settled),
        ("jaxa".to_owned(), Depth::Settled),
    ];
    assert_eq!(searches, expected);
    house
        .fake
        .says(&russian(), "/watch nasa каждый месяц глубоко");
    house.hears(42, "Буду проверять @nasa").await;
    let watches = house.cx.ledger.watches_of(PersonId(42)).unwrap();
    assert_eq!(
        (watches[0].every, watches[0].depth),
        (Every::Month, Depth::Deep)
    );
    // Whatever is spoken, the words of all languages are understood.
    house.fake.says(&bob(), "nasa полностью");
    house.hears(43, "Looking up @nasa").await;
    house.fake.says(&russian(), "/help");
    let help = house.hears(42, "Пришлите один или несколько").await;
    assert!(
        help.text
            .contains("@nasa быстро (200 подписчиков), обычно (800)")
    );
    assert_eq!(house.analyses(&bob())[0].depth, Depth::Full);
    house.is_well();
}
