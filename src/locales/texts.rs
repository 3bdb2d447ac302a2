//! The list of all texts: each is a method of [`Locale`], so that a missing argument does not compile.

use std::time::Duration;

use fluent_bundle::FluentArgs;

use crate::locales::argument::Argument;
use crate::locales::{
    Ago, Bytes, Count, Day, Form, Link, Locale, Markup, Percent, Size, Who, Whole,
};
use crate::model::{Cost, Rate};

macro_rules! texts {
    ($( $form:ident { $( $key:ident ( $( $argument:ident : $type:ty ),* ) ; )* } )*) => {
        impl Locale {
            $( $(
                pub fn $key(&self, $( $argument: $type ),*) -> String {
                    #[allow(unused_mut)]
                    let mut arguments = FluentArgs::new();
                    $( arguments.set(stringify!($argument), $argument.value(self, Form::$form)); )*
                    self.text(stringify!($key), arguments)
                }
            )* )*
        }

        #[cfg(test)]
        pub(super) const KEYS: &[&str] = &[ $( $( stringify!($key) ),* ),* ];

        #[cfg(test)]
        pub(super) fn samples(
            locale: &Locale,
        ) -> Vec<(&'static str, (String, Vec<fluent_bundle::FluentError>))> {
            vec![ $( $( {
                #[allow(unused_mut)]
                let mut arguments = FluentArgs::new();
                $( arguments.set(
                    stringify!($argument),
                    <$type as Argument>::sample().value(locale, Form::$form),
                ); )*
                (stringify!($key), locale.render(stringify!($key), &arguments))
            } ),* ),* ]
        }
    };
}

texts! {
    Html {
        start(network: &str);
        help(network: &str, link: Link<'_>, limit: Whole);
        privacy(network: &str, days: Whole);
        not_understood(network: &str);
        no_such_command();
        several_words(handles: Markup<'_>);
        either(first: &str, last: &str);
        elsewhere(host: &str, network: &str);
        switched_off(network: &str, others: &str);
        not_an_account(word: &str);
        only_the_first(count: Whole, taken: Whole);
        find_whom();
        failed();
        too_fast(time: Duration);

        name(who: Who<'_>);
        looking_up(who: Who<'_>, network: &str);
        about(who: Who<'_>);
        about_followed(who: Who<'_>, followers: Count);
        place(place: Whole);
        listing();
        reading();
        counting();
        so_far(read: Whole, precision: Percent);
        suggested(network: &str, names: Markup<'_>);
        so_far_row(place: Whole, who: Who<'_>);
        comparing();
        confirming();
        ordering();
        progress(bar: Markup<'_>, percent: Whole, done: Whole, total: Whole);
        time_left(time: Duration);
        time_left_between(earliest: Duration, latest: Duration);
        effort_left(done: Whole, all: Whole, rate: Rate);
        effort_shared(done: Whole, all: Whole, rate: Rate, others: Whole);
        spent(requests: Whole);
        together(count: Whole);
        together_line(who: Who<'_>, state: Markup<'_>);
        together_more(count: Whole);
        together_over();
        brief_looking_up();
        brief_asks();
        brief_place(place: Whole);
        brief_step(step: Whole);
        brief_part(percent: Whole);
        brief_paused();
        brief_left(time: Duration);
        brief_left_between(earliest: Duration, latest: Duration);
        asked_to_wait(network: &str, time: Duration);
        out_of_reach(network: &str);
        key_refused(network: &str);
        out_of_credit(network: &str);
        spent_today(network: &str, time: Duration);
        cost_question(network: &str);
        cost_question_own(network: &str);
        too_dear(network: &str, cost: Cost, most: Cost);
        cost_so_far(cost: Cost);
        cost_in_all(cost: Cost);
        cost_was_enough(most: Cost);
        alarm_key_refused(network: &str);
        alarm_out_of_credit(network: &str);
        alarm_down(network: &str);
        alarm_over(network: &str);
        alarm_disk(free: Bytes);
        alarm_disk_over();
        alarm_database();
        alarm_database_over();

        done(who: Who<'_>, accounts: Whole, read: Whole, total: Whole, requests: Whole, time: Duration);
        done_before(who: Who<'_>, age: Ago, accounts: Whole, read: Whole, total: Whole);
        cancelled(who: Who<'_>);

        no_such_account(who: Who<'_>, network: &str);
        suspended(who: Who<'_>, network: &str);
        deactivated(who: Who<'_>, network: &str);
        opted_out(who: Who<'_>, network: &str);
        private(who: Who<'_>);
        no_followers(who: Who<'_>);
        hidden_followers(who: Who<'_>, network: &str);
        nothing_readable(who: Who<'_>);
        nothing_shared(who: Who<'_>);
        no_answer(who: Who<'_>, network: &str);
        lost(who: Who<'_>);
        already_running(who: Who<'_>);
        too_many(who: Who<'_>, limit: Whole);
        quota(who: Who<'_>, limit: Whole, time: Duration);
        draining(who: Who<'_>);
        left_alone(who: Who<'_>);
        paused();
        not_for_you(number: &str);

        results(who: Who<'_>);
        card_caption(who: Who<'_>);
        row(place: Whole, name: &str, who: Who<'_>, followers: Count);
        row_unnamed(place: Whole, who: Who<'_>, followers: Count);
        row_share(shared: Whole, read: Whole, share: Percent, low: Percent, high: Percent);
        row_share_confirmed(shared: Whole, listed: Whole, share: Percent);
        row_share_of_all(shared: Whole, read: Whole, share: Percent);
        row_sure();
        about_bio(bio: &str);
        about_share(who: Who<'_>);
        about_examples(names: Markup<'_>);
        left_out(count: Whole, all: Whole);
        nothing_left();
        short_list(count: Whole);
        listed_all(listed: Whole);
        listed(listed: Whole, total: Whole);
        listed_newest(listed: Whole, total: Whole);
        listed_partly(listed: Whole, total: Whole, network: &str);
        lists_read(read: Whole);
        lists_read_partly(read: Whole, others: Markup<'_>);
        sampled(tried: Whole);
        sampled_partly(tried: Whole, read: Whole, others: Markup<'_>);
        unread_private(count: Whole);
        unread_skipped(count: Whole);
        unread_gone(count: Whole);
        unread_failed(count: Whole);
        lists_broken_off(count: Whole);
        profiles_missing(missing: Whole);
        among_the_looked_up(count: Whole);
        preliminary();
        sure(places: Whole);
        confirmed(count: Whole);
        precision(places: Whole, precision: Percent);
        saved(requests: Whole);
        hurried();
        effort(requests: Whole, time: Duration);
        by_peers();
        by_niche();
        by_big_names();
        by_count();
        file_failed();
        result_is_gone(who: Who<'_>);

        key_how(lines: Markup<'_>);
        key_line(network: &str, name: &str, page: &str);
        key_how_for(network: &str, name: &str, page: &str);
        keys_there(networks: &str);
        keys_not_needed();
        key_not_needed(network: &str);
        key_is_there(network: &str, name: &str);
        key_in_group();
        key_again();
        key_tried(network: &str);
        key_works(network: &str);
        key_works_for(network: &str, requests: Whole);
        key_refused_own(network: &str);
        key_out_of_credit_own(network: &str);
        key_lost(network: &str);
        key_taken_back(network: &str);
        key_was_not_there(network: &str);
        shared(handle: &str, link: Link<'_>);
        unshared(handle: &str);
        share_gone();
        forget_question();
        forgotten();

        again_whom();
        history(count: Whole);
        compare_whom();
        compare_networks();
        comparing_soon(names: Markup<'_>);
        compared(names: Markup<'_>);
        compared_caption(names: Markup<'_>);
        audience(who: Markup<'_>, followers: Count, parts: Markup<'_>);
        audience_with(part: Markup<'_>, who: Markup<'_>);
        audience_alone(part: Markup<'_>);
        part(share: Percent);
        part_between(share: Percent, low: Percent, high: Percent);
        in_both(count: Count);
        in_both_between(count: Count, low: Count, high: Count);
        close_to_all(audiences: Whole);
        nobody_close();
        share_in(handle: &str, share: Percent);
        own(who: Markup<'_>, names: Markup<'_>);
        own_one(who: Markup<'_>, own: Percent, others: Percent);
        read_of(handle: &str, read: Whole, listed: Whole);
        compared_basis(read: Markup<'_>);
        compared_missing(names: Markup<'_>);
        compared_with_itself();
        nothing_to_compare(names: Markup<'_>);
        changes(who: Who<'_>, since: Day);
        nothing_has_changed();
        changed_new(names: Markup<'_>);
        changed_gone(names: Markup<'_>);
        changed_up(names: Markup<'_>);
        changed_down(names: Markup<'_>);
        watching(who: Who<'_>, days: Whole, next: Day);
        watched(who: Who<'_>, days: Whole, next: Day);
        all_watched(lines: Markup<'_>);
        nothing_watched();
        too_many_watched(limit: Whole);
        moved(who: Markup<'_>, before: Whole, after: Whole);

        nothing_under_way();
        finished_lately(names: Markup<'_>);
        no_result();
        no_result_for(who: Who<'_>);
        not_ready(who: Who<'_>);
        which_to_cancel();
        not_under_way(who: Who<'_>);
        stopped(names: Markup<'_>);

        which_language();
        no_such_language(word: &str);
        language_chosen();
        which_network();
        only_network(network: &str);
        no_such_network(word: &str);
        network_is_off(network: &str);
        network_chosen(network: &str);
    }

    Html {
        admin_head(clock: &str);
        admin_runs(time: Duration);
        admin_drains(time: Duration);
        admin_paused(time: Duration);
        admin_network(network: &str, standing: Markup<'_>, hour: Whole, day: Whole);
        admin_network_costs(network: &str, standing: Markup<'_>, hour: Whole, hour_cost: Cost, day: Whole, day_cost: Cost);
        admin_unknown();
        admin_works();
        admin_throttled(time: Duration);
        admin_down();
        admin_key_refused();
        admin_out_of_credit();
        admin_queue(active: Whole, waiting: Whole, asking: Whole, verifying: Whole);
        admin_slowest(who: Who<'_>, time: Duration, stage: &str, waits: Markup<'_>);
        admin_waits_operator();
        admin_waits_word();
        admin_waits_turn();
        admin_waits_network(network: &str);
        admin_waits_nothing();
        admin_lately(people: Whole, analyses: Whole);
        admin_errors(lines: Markup<'_>);
        admin_errors_of(what: &str, kinds: Markup<'_>);
        admin_error(kind: &str, count: Whole);
        admin_no_errors();
        admin_disk(bytes: Bytes, free: Bytes);
        admin_database(bytes: Bytes);
        admin_memory(bytes: Bytes);
        left_alone_now(who: Who<'_>);
        not_left_alone(who: Who<'_>);
        was_not_left_alone(who: Who<'_>);
        left_alone_by_settings(who: Who<'_>);
        all_left_alone(names: Markup<'_>);
        nobody_left_alone();
    }

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
