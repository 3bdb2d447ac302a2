//! The list of all texts that are no messages: buttons, menus, short answers, pictures and files. See
//! [`crate::locales::texts`].

use std::time::Duration;

use fluent_bundle::FluentArgs;

use crate::locales::argument::Argument;
use crate::locales::methods::texts;
use crate::locales::{
    Ago, Bytes, Count, Day, Form, Link, Locale, Markup, Percent, Size, Who, Whole,
};
use crate::model::{Cost, Rate};

texts! {
    Plain {
        kilobytes(number: Whole);
        megabytes(number: Whole);
        gigabytes(number: f64);
        button_run();
        button_drain();
        button_pause();
        answer_runs();
        answer_drains();
        answer_paused();
        millions(number: f64);
        thousands(number: f64);
        dollars(amount: Markup<'_>);
        seconds(seconds: Whole);
        minutes(minutes: Whole);
        hours(hours: Whole);
        hours_and_minutes(hours: Whole, minutes: Whole);
        days(days: Whole);
        days_and_hours(days: Whole, hours: Whole);
        a_second(count: Whole);
        a_minute(count: Whole);
        an_hour(count: Whole);
        a_day(count: Whole);
        just_now();
        minutes_ago(minutes: Whole);
        hours_ago(hours: Whole);
        days_ago(days: Whole);

        button_cancel();
        button_cancel_one(handle: &str);
        button_cancel_all();
        button_refresh();
        button_enough();
        button_deeper();
        button_elsewhere(network: &str);
        button_start(depth: &str, cost: Cost);
        button_costs(label: &str, cost: Cost);
        button_chosen(label: &str);
        button_page(page: Whole, pages: Whole);
        button_filter();
        button_share();
        button_analyse();
        button_open(network: &str);
        button_list(handle: &str);
        button_unwatch(handle: &str);
        answer_unwatched(handle: &str);
        button_result(handle: &str, day: Day);
        button_unshare();
        answer_failed();
        button_files();
        button_back();
        button_any();
        button_at_least(size: Size);
        button_at_most(size: Size);
        button_unverified();
        button_web_page();
        answer_file();
        offer_title(handle: &str, network: &str);
        offer_about(names: &str, day: Day);
        offer_search(handle: &str);
        button_open_shared();
        button_open_bot();
        date(day: Whole, month: Whole, year: &str);
        card_heading(handle: &str);
        card_followers(count: Whole);
        card_read(count: Whole);
        card_compared(count: Whole);
        card_number(number: Whole);
        card_size(size: Size);
        card_row_size(size: Size);
        card_percent(share: Percent);
        card_share();
        card_interval();
        card_sure();
        card_footer(network: &str, day: Day);
        compared_heading();
        compared_alone();
        compared_key();
        compared_key_both();
        compared_of(handle: &str);
        compared_only(handle: &str);
        page_search();
        page_place();
        page_account();
        page_followers();
        page_least();
        page_most();
        page_share();
        page_part(part: Whole, whole: Whole);
        page_interval(low: Percent, high: Percent);
        page_score(score: f64);
        page_verified(network: &str);
        measure_peers();
        measure_niche();
        measure_big_names();
        measure_count();
        depth_quick();
        depth_normal();
        depth_deep();
        depth_settled();
        depth_full();
        button_forget();
        answer_forgotten();
        answer_cancelled(handle: &str);
        answer_cancelled_all(count: Whole);
        answer_nothing();
        answer_finished(handle: &str);
        answer_elsewhere(who: &str, network: &str);
        answer_gone();
        answer_enough();
        answer_deeper(depth: &str);
        answer_deepest();
        answer_too_fast(time: Duration);
        answer_not_yours();
        not_yours_to_end();
        unknown_who_runs_it();
        answer_refreshing(handle: &str);
        answer_newer(handle: &str);

        file(count: Whole);
        file_name(account: Markup<'_>);
        compared_file();

        menu_find();
        menu_status();
        menu_cancel();
        menu_result();
        menu_again();
        menu_watch();
        menu_history();
        menu_compare();
        menu_key();
        menu_language();
        menu_network();
        menu_help();
        menu_privacy();
        menu_forget();
        description(network: &str);
        short_description(network: &str);
    }
}
