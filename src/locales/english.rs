//! English.

use crate::locales::Language;
use crate::locales::keywords::{Aside, Keywords};
use crate::locales::number::Marks;
use crate::model::{Depth, Every};

pub(super) struct English;

impl Language for English {
    const CODE: &'static str = "en";
    const NAMES: &'static [&'static str] = &["English", "английский"];
    const TEXTS: &'static str = include_str!("english.ftl");
    /// `12,345` and `1.2`.
    const MARKS: Marks = Marks {
        thousands: ',',
        decimal: '.',
    };
    const DEPTHS: Keywords<Depth> = &[
        (Depth::Quick, &["quick"]),
        (Depth::Normal, &["normal"]),
        (Depth::Deep, &["deep"]),
        (Depth::Settled, &["settled"]),
        (Depth::Full, &["full"]),
    ];
    const EVERY: Keywords<Every> = &[
        (Every::Week, &["weekly", "every week", "week"]),
        (Every::Month, &["monthly", "every month", "month"]),
    ];
    const NETWORKS: Keywords<&'static str> = &[];
    const ON: &'static [&'static str] = &["on", "in", "at", "from"];
    const KEY: &'static [&'static str] = &["key", "keys", "token"];
    const BETWEEN: &'static [&'static str] = &["and", "vs", "vs.", "with"];
    const EVERYTHING: &'static [&'static str] = &["all", "everything"];
    const TAKING_BACK: &'static [&'static str] =
        &["forget", "remove", "delete", "off", "stop", "never"];
    const OTHER_RHYTHMS: &'static [&'static str] = &[
        "hourly",
        "every hour",
        "daily",
        "every day",
        "day",
        "fortnightly",
        "every two weeks",
        "quarterly",
        "yearly",
        "every year",
        "year",
    ];
    const ASIDES: Keywords<Aside> = &[
        (
            Aside::Greeting,
            &[
                "hello",
                "hi",
                "hey",
                "hello there",
                "hi there",
                "good morning",
                "good evening",
            ],
        ),
        (
            Aside::Thanks,
            &[
                "thanks",
                "thank you",
                "thanks a lot",
                "many thanks",
                "thank you very much",
                "thx",
                "please",
            ],
        ),
        (
            Aside::Yes,
            &[
                "yes", "yeah", "yep", "ok", "okay", "sure", "go on", "go ahead",
            ],
        ),
        (Aside::No, &["no", "nope", "no thanks", "no thank you"]),
        (Aside::Stop, &["stop", "cancel", "stop it"]),
    ];
    const MONTHS: &'static [&'static str] = &[
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    const TRUTHS: &'static [&'static str] = &["true", "false"];
}
