//! What comparisons of samples say, in both languages.

use crate::bot::features::compare::text;
use crate::locales;
use crate::model::{
    Audience, Audiences, Compared, Counted, CrawlId, Handle, Kinds, Sample, Tally, example,
};

fn tally(counted: u64) -> Tally {
    Tally {
        counted,
        confirmed: None,
        calibrated: None,
        followers: 2_000,
    }
}

/// An audience of 2,000, of whom 400 were read; so many of these follow each of the others.
fn audience<const COUNT: usize>(handle: &str, with: [Option<u64>; COUNT]) -> Audience {
    Audience {
        crawl: CrawlId(1),
        handle: Handle(handle.to_owned()),
        own_name: Handle(handle.to_owned()),
        called: format!("@{handle}"),
        name: String::new(),
        picture: None,
        followers: 2_000,
        is_cut: false,
        sample: Sample {
            audience: 2_000,
            listed: 2_000,
            readable: 1_900,
            read: 400,
        },
        with: with.map(|counted| counted.map(tally)).to_vec(),
        alone: tally(200),
        own: Vec::new(),
    }
}

fn account(name: &str, counted: &[u64]) -> Compared {
    Compared {
        account: example::row(name),
        counts: counted.iter().map(|counted| tally(*counted)).collect(),
    }
}

fn told(code: &str, each: Vec<Audience>, close: Vec<Compared>) -> String {
    let counted = Counted {
        audiences: Audiences { each, close },
        missing: vec![Handle("gone".to_owned())],
    };
    let locale = locales::called(code).expect("it is there");
    text::message(locale, &counted, Kinds::All, &|_| None)
}

fn two() -> (Vec<Audience>, Vec<Compared>) {
    let mut one = audience("a", [None, Some(40)]);
    one.own = vec![account("own", &[120, 4])];
    let other = audience("b", [Some(44), None]);
    (vec![one, other], vec![account("near", &[30, 50])])
}

fn three() -> (Vec<Audience>, Vec<Compared>) {
    let mut first = audience("a", [None, Some(20), Some(90)]);
    first.own = vec![account("own", &[120, 4, 8])];
    let second = audience("b", [Some(22), None, Some(18)]);
    let third = audience("c", [Some(88), Some(19), None]);
    (
        vec![first, second, third],
        vec![account("near", &[30, 50, 40])],
    )
}

#[test]
fn of_two_it_is_said_how_many_follow_both() {
    let (each, close) = two();
    insta::assert_snapshot!(told("en", each, close), @r"
    <b>@a and @b compared</b>

    About 200 people follow both.
    • @a · 2,000 followers: 10% also follow @b
    • @b · 2,000 followers: 11% also follow @a

    <b>Closest to both</b>
    1. @near · 1,000 followers
    @a 7.5% · @b 13%

    Followed more by those who follow @a: @own (30% against 1%)

    Estimated from a sample of their followers.
    Left out, since I have no result: @gone.

    <blockquote expandable>Followers read: 400 of 2,000 for @a, 400 of 2,000 for @b.
    Almost surely, between 153 and 259 people follow both. Where the shares of all followers almost surely lie: 7.7–13% for @a, 8.5–14% for @b.
    I name accounts as followed more only if the difference is more than chance (wrong in fewer than one of twenty comparisons).</blockquote>
    ");
}

#[test]
fn of_two_it_is_said_in_russian() {
    let (each, close) = two();
    insta::assert_snapshot!(told("ru", each, close), @r"
    <b>Сравнение: @a и @b</b>

    На оба аккаунта подписано примерно 200 человек.
    • @a · 2 000 подписчиков: 10% подписаны и на @b
    • @b · 2 000 подписчиков: 11% подписаны и на @a

    <b>Близки к обоим сразу</b>
    1. @near · 1 000 подписчиков
    @a 7,5% · @b 13%

    Подписчики @a чаще других подписаны на: @own (30% против 1%)

    Оценка по части подписчиков, выбранных случайно.
    Без @gone: результата нет.

    <blockquote expandable>Проверено подписчиков: @a — 400 из 2 000, @b — 400 из 2 000.
    Почти наверняка на оба аккаунта подписано от 153 до 259 человек. Где почти наверняка лежат доли среди всех подписчиков: @a — 7,7–13%, @b — 8,5–14%.
    «Чаще других» сказано, только если разница больше случайной (ошибка — реже чем в одном сравнении из двадцати).</blockquote>
    ");
}

#[test]
fn of_more_the_closest_pair_is_named_and_no_percentage() {
    let (each, close) = three();
    insta::assert_snapshot!(told("en", each, close), @r"
    <b>@a, @b and @c compared</b>

    Closest pair: @a and @c (about 440 people follow both).

    <b>Closest to all of them</b>
    1. @near · 1,000 followers

    Followed more by those who follow @a: @own

    Estimated from a sample of their followers.
    Left out, since I have no result: @gone.

    <blockquote expandable>Followers read: 400 of 2,000 for @a, 400 of 2,000 for @b, 400 of 2,000 for @c.
    The closest pair has the most who follow both, of all who follow either; I name one only if its lead is more than chance (wrong in fewer than one of twenty comparisons).
    I name accounts as followed more only if the difference is more than chance (wrong in fewer than one of twenty comparisons).</blockquote>
    ");
}

#[test]
fn of_more_the_closest_pair_is_named_in_russian() {
    let (each, close) = three();
    insta::assert_snapshot!(told("ru", each, close), @r"
    <b>Сравнение: @a, @b и @c</b>

    Ближе всего друг к другу @a и @c (на оба подписано примерно 440 человек).

    <b>Близки ко всем сразу</b>
    1. @near · 1 000 подписчиков

    Подписчики @a чаще других подписаны на: @own

    Оценка по части подписчиков, выбранных случайно.
    Без @gone: результата нет.

    <blockquote expandable>Проверено подписчиков: @a — 400 из 2 000, @b — 400 из 2 000, @c — 400 из 2 000.
    Самая близкая пара — та, у которой больше всего общих подписчиков среди всех, кто подписан хотя бы на один из двух аккаунтов; она названа, только если её отрыв больше случайного (ошибка — реже чем в одном сравнении из двадцати).
    «Чаще других» сказано, только если разница больше случайной (ошибка — реже чем в одном сравнении из двадцати).</blockquote>
    ");
}

#[test]
fn pairs_that_may_differ_by_chance_hardly_differ() {
    let (mut each, close) = three();
    let alike = [
        [Some(20), Some(24)],
        [Some(22), Some(18)],
        [Some(21), Some(19)],
    ];
    for (place, (audience, mut with)) in each.iter_mut().zip(alike).enumerate() {
        let own = with.iter_mut().map(|it| it.take().map(tally));
        audience.with = own.collect();
        audience.with.insert(place, None);
    }
    let english = told("en", each.clone(), close.clone());
    assert!(
        english
            .contains("\n\nThe pairs hardly differ: none is clearly closer than the others.\n\n")
    );
    let russian = told("ru", each.clone(), close.clone());
    assert!(russian.contains("\n\nПары почти не отличаются: ни одна не ближе остальных.\n\n"));
    for audience in &mut each {
        audience.is_cut = true;
    }
    assert!(told("en", each, close).contains("\n\nWhich pair is the closest can't be told: "));
}

#[test]
fn nothing_that_is_stored_stops_it() {
    let (mut each, mut close) = three();
    for audience in &mut each {
        audience.with.clear();
        audience.sample.read = u64::MAX;
        audience.own = vec![account("own", &[])];
    }
    close[0].counts.clear();
    for count in 0..=3 {
        let each = each.iter().take(count).cloned().collect();
        assert!(!told("en", each, close.clone()).is_empty());
    }
}
