//! Pictures of accounts: on the card and in the message about an account; and what comes without them.

use image::RgbImage;
use image::imageops::{self, FilterType};
use lookalike::card::{disc, portrait};
use lookalike::demo::is_list;
use lookalike::demo::telegram::{Document, Message};

use crate::harness::{Harness, press_behind, small_world};

/// The centres and radii of the discs on the card, the searched account's first.
const PLACES: [[u32; 3]; 11] = {
    let mut places = [[130, 124, 66]; 11];
    let mut row = 0;
    while row < 10 {
        places[row + 1] = [162, 408 + 97 * row as u32, 34];
        row += 1;
    }
    places
};

/// How much two versions of one picture may differ, on average, of 255.
const LIKE: f64 = 6.0;

/// Accounts of the small world without a picture: a page that says so comes instead, or one with the status of success.
const GONE: &str = "peer1";
const WEB_PAGE: &str = "peer4";

#[tokio::test(flavor = "multi_thread")]
async fn the_card_shows_the_pictures_of_accounts_and_letters_where_there_is_none() {
    let mut harness = Harness::new(small_world(80, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    let card = decoded(&photo(&messages).bytes);
    let mut handles = vec!["luna".to_owned()];
    let report = harness.report(&harness.ann);
    handles.extend(report.results.iter().map(|row| row.handle.clone()));
    let mut letters = Vec::new();
    for (handle, place) in handles.iter().zip(PLACES) {
        match served(&harness, handle).await {
            Some(picture) => {
                let difference = difference(&card, place, &picture);
                assert!(difference < LIKE, "@{handle}: {difference}");
            }
            None => {
                assert_eq!(colour(&card, place), disc(&format!("@{handle}")));
                letters.push(handle.as_str());
            }
        }
    }
    assert!(
        letters.contains(&GONE) && letters.contains(&WEB_PAGE),
        "{letters:?} of {handles:?}"
    );
    assert!(letters.len() <= PLACES.len() / 2, "{letters:?}");
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_the_list_comes_with_its_picture_or_in_words_alone() {
    let mut harness = Harness::new(small_world(80, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    let list = messages.iter().find(|it| is_list(it, "luna")).unwrap();
    let with_picture = open_account(&harness, list.id, "peer0").await;
    let sent = with_picture.photo.unwrap().bytes;
    let picture = served(&harness, "peer0").await.unwrap();
    assert!(sent == portrait(&picture).unwrap(), "it is that picture");
    let in_words = open_account(&harness, list.id, WEB_PAGE).await;
    assert!(in_words.photo.is_none(), "a web page is no picture");
    let in_words = open_account(&harness, list.id, GONE).await;
    assert!(in_words.photo.is_none(), "what is gone is no picture");
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_or_is_down_does_not_hold_the_result_back() {
    let mut harness = Harness::new(small_world(40, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    let place = PLACES[0];
    let luna = served(&harness, "luna").await.unwrap();
    let card = decoded(&photo(&messages).bytes);
    assert!(difference(&card, place, &luna) < LIKE);
    let asked = harness.network.requests().total;
    harness.network.hold();
    assert_eq!(colour(&again(&harness, 2).await, place), disc("@luna"));
    harness.network.release();
    harness.network.set_down(true);
    assert_eq!(colour(&again(&harness, 3).await, place), disc("@luna"));
    harness.network.set_down(false);
    assert!(difference(&again(&harness, 4).await, place, &luna) < LIKE);
    let asked_since = harness.network.requests().total - asked;
    assert_eq!(asked_since, 0, "a result is sent again without a request");
    harness.stop().await;
    assert_eq!(harness.telegram.violations(), Vec::<String>::new());
}

/// Asks for the picture of the result once more; returns the latest.
async fn again(harness: &Harness, times: usize) -> RgbImage {
    let messages = harness.telegram.messages(harness.ann.id);
    let list = messages.iter().find(|it| is_list(it, "luna")).unwrap();
    let at = (harness.ann.id, list.id);
    match list.button("Picture") {
        Some(_) => _ = harness.telegram.presses(&harness.ann, list.id, "Picture"),
        None => {
            press_behind(&harness.telegram, &harness.ann, at, "Files", "Picture").await;
        }
    }
    let photos = |all: &[Message]| all.iter().filter(|it| it.photo.is_some()).count();
    let what = format!("picture {times}");
    let messages = harness
        .until(&harness.ann, &what, |all| photos(all) == times)
        .await;
    decoded(&photo(&messages).bytes)
}

/// Returns the colour of a disc beside its letter.
fn colour(card: &RgbImage, [x, y, radius]: [u32; 3]) -> String {
    let [red, green, blue] = card.get_pixel(x - radius * 4 / 5, y).0;
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Presses the row of an account in the list, and waits for the message about it.
async fn open_account(harness: &Harness, list: i32, handle: &str) -> Message {
    let report = harness.report(&harness.ann);
    let place = report.results.iter().position(|row| row.handle == handle);
    let place = (place.unwrap() + 1).to_string();
    // The numbers stay there once they are asked for.
    if harness
        .telegram
        .presses(&harness.ann, list, &place)
        .is_err()
    {
        let at = (harness.ann.id, list);
        press_behind(&harness.telegram, &harness.ann, at, "Details", &place).await;
    }
    let named = format!("The {handle} ·");
    let begins = |text: &str| {
        text.lines()
            .next()
            .is_some_and(|line| line.contains(&named))
    };
    let is_it = |it: &Message| it.id != list && begins(&it.text);
    let what = format!("what is told of @{handle}");
    let messages = harness
        .until(&harness.ann, &what, |all| all.iter().any(is_it))
        .await;
    messages.into_iter().find(is_it).unwrap()
}

/// Returns the latest photo in a chat.
fn photo(messages: &[Message]) -> &Document {
    let mut photos = messages.iter().rev().filter_map(|it| it.photo.as_ref());
    photos.next().unwrap()
}

/// Returns the picture that the network serves; `None` if that is none.
async fn served(harness: &Harness, handle: &str) -> Option<Vec<u8>> {
    let world = small_world(0, false);
    let id = world.account(world.by_handle(handle).unwrap()).id;
    let url = harness.network.url();
    let origin = url.trim_end_matches("/v1");
    let answer = reqwest::get(format!("{origin}/pictures/{id}")).await;
    let answer = answer.unwrap();
    let is_picture = answer.headers()["content-type"] == "image/png";
    let bytes = answer.bytes().await.unwrap();
    is_picture.then(|| bytes.to_vec())
}

/// Returns how much a disc of the card differs from a picture: of 255, on average.
fn difference(card: &RgbImage, [x, y, radius]: [u32; 3], picture: &[u8]) -> f64 {
    let side = 2 * radius;
    let small = imageops::resize(&decoded(picture), side, side, FilterType::CatmullRom);
    // The square that fits into the disc.
    let within = radius * 3 / 10..radius * 17 / 10;
    let places = within
        .clone()
        .flat_map(|row| within.clone().map(move |column| (column, row)));
    let mut sum = 0.0;
    let mut count = 0.0;
    for (column, row) in places {
        let seen = card.get_pixel(x + column - radius, y + row - radius).0;
        let meant = small.get_pixel(column, row).0;
        for (seen, meant) in seen.into_iter().zip(meant) {
            sum += f64::from(seen.abs_diff(meant));
            count += 1.0;
        }
    }
    sum / count
}

fn decoded(bytes: &[u8]) -> RgbImage {
    image::load_from_memory(bytes).unwrap().into_rgb8()
}
