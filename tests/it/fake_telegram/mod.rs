//! The fake Telegram against teloxide: everything that our bot does with the real one.

mod bots;
mod failures;
mod inline;
mod messages;
mod updates;

use std::time::Duration;

use lookalike::demo::telegram::{FakeTelegram, Person};
use teloxide::prelude::*;
use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};
use teloxide::{ApiError, RequestError};

const SOON: Duration = Duration::from_secs(10);
const GROUP: i64 = -100;

async fn fake() -> (FakeTelegram, Bot, Person, ChatId) {
    let telegram = FakeTelegram::start(0).await.unwrap();
    let bot = connect(&telegram);
    let ann = Person::new(42, "Ann").named("ann").speaking("pt-BR");
    telegram.knows(&ann);
    (telegram, bot, ann, ChatId(42))
}

fn connect(telegram: &FakeTelegram) -> Bot {
    Bot::new(telegram.token()).set_api_url(telegram.url().parse().unwrap())
}

fn keyboard(labels: &[&str]) -> InlineKeyboardMarkup {
    let row = labels
        .iter()
        .map(|label| InlineKeyboardButton::callback(*label, label.to_lowercase()));
    InlineKeyboardMarkup::new([row.collect::<Vec<_>>()])
}

fn api_error<T: std::fmt::Debug>(result: Result<T, RequestError>) -> ApiError {
    match result.unwrap_err() {
        RequestError::Api(error) => error,
        other => panic!("{other:?}"),
    }
}
