//! Russian.

use crate::locales::Language;
use crate::locales::keywords::{Aside, Keywords};
use crate::locales::number::Marks;
use crate::model::{Depth, Every};

pub(super) struct Russian;

impl Language for Russian {
    const CODE: &'static str = "ru";
    const NAMES: &'static [&'static str] = &["Русский", "Russian"];
    const TEXTS: &'static str = include_str!("russian.ftl");
    /// `12 345`, with a narrow no-break space, and `1,2`.
    const MARKS: Marks = Marks {
        thousands: '\u{202f}',
        decimal: ',',
    };
    const DEPTHS: Keywords<Depth> = &[
        (Depth::Quick, &["быстро", "быстрый"]),
        (Depth::Normal, &["обычно", "обычный"]),
        (Depth::Deep, &["глубоко", "глубокий"]),
        (Depth::Settled, &["до ясности"]),
        (Depth::Full, &["полностью", "полный", "целиком"]),
    ];
    const EVERY: Keywords<Every> = &[
        (
            Every::Week,
            &["еженедельно", "каждую неделю", "раз в неделю"],
        ),
        (Every::Month, &["ежемесячно", "каждый месяц", "раз в месяц"]),
    ];
    const NETWORKS: Keywords<&'static str> = &[
        (
            "bluesky",
            &["блюскай", "блюскае", "блюская", "блускай", "блускае"],
        ),
        ("github", &["гитхаб", "гитхабе", "гитхаба"]),
        (
            "instagram",
            &[
                "инстаграм",
                "инстаграме",
                "инстаграма",
                "инстаграмм",
                "инста",
                "инсте",
                "инсту",
                "инсты",
            ],
        ),
        ("mastodon", &["мастодон", "мастодоне", "мастодона"]),
        (
            "x",
            &[
                "икс",
                "иксе",
                "икса",
                "твиттер",
                "твиттере",
                "твиттера",
                "твитер",
                "твитере",
            ],
        ),
    ];
    const ON: &'static [&'static str] = &["в", "во", "на", "из", "с"];
    const STOP_WORDS: &'static [&'static str] = &[
        "похож",
        "похожа",
        "похоже",
        "похожи",
        "похожий",
        "похожая",
        "похожее",
        "похожие",
        "похожих",
        "похожим",
        "похожего",
        "похожую",
        "схож",
        "схожи",
        "схожий",
        "схожие",
        "схожих",
        "близкий",
        "близкие",
        "близких",
        "близки",
        "рядом",
        "аналог",
        "аналоги",
        "аналогов",
        "аналогичный",
        "аналогичные",
        "аналогичных",
        "такой",
        "такая",
        "такое",
        "такие",
        "таких",
        "типа",
        "вроде",
        "как",
        "кто",
        "кого",
        "кому",
        "что",
        "чего",
        "чей",
        "чьи",
        "какой",
        "какая",
        "какие",
        "каких",
        "где",
        "и",
        "а",
        "но",
        "или",
        "к",
        "о",
        "об",
        "от",
        "до",
        "для",
        "про",
        "по",
        "у",
        "за",
        "же",
        "ли",
        "бы",
        "вот",
        "это",
        "этот",
        "эта",
        "эти",
        "этого",
        "этих",
        "этим",
        "тот",
        "та",
        "те",
        "я",
        "мне",
        "меня",
        "мой",
        "моя",
        "моё",
        "мои",
        "ты",
        "вы",
        "мы",
        "он",
        "она",
        "оно",
        "они",
        "его",
        "её",
        "ее",
        "их",
        "нам",
        "вам",
        "вас",
        "нас",
        "тебя",
        "себя",
        "найди",
        "найдите",
        "найти",
        "ищи",
        "ищу",
        "искать",
        "поищи",
        "подбери",
        "подберите",
        "подобрать",
        "покажи",
        "покажите",
        "показать",
        "дай",
        "дайте",
        "посоветуй",
        "посоветуйте",
        "подскажи",
        "подскажите",
        "сравни",
        "сравните",
        "скажи",
        "помоги",
        "помогите",
        "хочу",
        "хотел",
        "хотела",
        "нужно",
        "нужны",
        "нужен",
        "надо",
        "можно",
        "можешь",
        "можете",
        "есть",
        "ещё",
        "еще",
        "тоже",
        "также",
        "всё",
        "все",
        "всех",
        "другие",
        "других",
        "аккаунт",
        "аккаунты",
        "аккаунтов",
        "аккаунта",
        "аккаунту",
        "аккаунте",
        "аккаунтам",
        "акк",
        "акки",
        "страница",
        "страницы",
        "страницу",
        "страниц",
        "страничка",
        "профиль",
        "профили",
        "профилей",
        "профиля",
        "блог",
        "блоги",
        "блогов",
        "блогер",
        "блогеры",
        "блогеров",
        "люди",
        "людей",
        "человек",
        "бренд",
        "бренды",
        "брендов",
        "конкурент",
        "конкуренты",
        "конкурентов",
        "подписчик",
        "подписчики",
        "подписчиков",
        "подписан",
        "подписаны",
        "аудитория",
        "аудитории",
        "аудиторию",
        "пожалуйста",
        "плиз",
        "плз",
        "привет",
        "здравствуйте",
        "спасибо",
        "большое",
        "огромное",
        "бот",
        "очень",
        "дела",
        "сегодня",
    ];
    const KEY: &'static [&'static str] = &["ключ", "ключи", "токен"];
    const BETWEEN: &'static [&'static str] = &["и", "или", "с"];
    const EVERYTHING: &'static [&'static str] = &["все", "всё"];
    const TAKING_BACK: &'static [&'static str] = &[
        "забыть",
        "удалить",
        "стереть",
        "убрать",
        "стоп",
        "хватит",
        "никогда",
    ];
    const OTHER_RHYTHMS: &'static [&'static str] = &[
        "ежечасно",
        "каждый час",
        "раз в час",
        "ежедневно",
        "каждый день",
        "раз в день",
        "раз в две недели",
        "ежеквартально",
        "раз в квартал",
        "ежегодно",
        "каждый год",
        "раз в год",
    ];
    const ASIDES: Keywords<Aside> = &[
        (
            Aside::Greeting,
            &[
                "привет",
                "здравствуйте",
                "здравствуй",
                "приветик",
                "приветствую",
                "хай",
                "добрый день",
                "доброго дня",
                "доброе утро",
                "добрый вечер",
                "как дела",
            ],
        ),
        (
            Aside::Thanks,
            &[
                "спасибо",
                "спасибо большое",
                "большое спасибо",
                "огромное спасибо",
                "благодарю",
                "спс",
            ],
        ),
        (Aside::Please, &["пожалуйста", "плиз", "плз"]),
        (
            Aside::Yes,
            &[
                "да",
                "ага",
                "ок",
                "окей",
                "хорошо",
                "ладно",
                "давай",
                "давайте",
            ],
        ),
        (Aside::No, &["нет", "не надо", "не нужно", "нет спасибо"]),
        (
            Aside::Stop,
            &["стоп", "хватит", "отмена", "отменить", "отмени"],
        ),
    ];
    const MONTHS: &'static [&'static str] = &[
        "январь",
        "января",
        "февраль",
        "февраля",
        "март",
        "марта",
        "апрель",
        "апреля",
        "май",
        "мая",
        "июнь",
        "июня",
        "июль",
        "июля",
        "август",
        "августа",
        "сентябрь",
        "сентября",
        "октябрь",
        "октября",
        "ноябрь",
        "ноября",
        "декабрь",
        "декабря",
    ];
    const TRUTHS: &'static [&'static str] = &["истина", "ложь"];
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::locales::{About, Ago, Count, Locale, Who, Whole, called};
    use crate::model::{Cost, MeasureName};

    const ANN: Who<'_> = Who {
        handle: "ann",
        link: None,
    };

    fn russian() -> &'static Locale {
        called("ru").expect("it is on the shelf")
    }

    #[test]
    fn nouns_agree_with_their_numbers() {
        let counted = |count| russian().about_followed(ANN, Count(count));
        let table = [
            (0, "0 подписчиков"),
            (1, "1 подписчик"),
            (2, "2 подписчика"),
            (4, "4 подписчика"),
            (5, "5 подписчиков"),
            (11, "11 подписчиков"),
            (12, "12 подписчиков"),
            (21, "21 подписчик"),
            (22, "22 подписчика"),
            (111, "111 подписчиков"),
            (1_001, "1\u{202f}001 подписчик"),
            (12_345, "12\u{202f}345 подписчиков"),
            (1_000_000, "1\u{a0}млн подписчиков"),
            (1_234_567, "1,2\u{a0}млн подписчиков"),
            (21_000_000, "21\u{a0}млн подписчиков"),
        ];
        for (count, expected) in table {
            assert_eq!(counted(count), format!("<b>@ann</b> · {expected}"));
        }
    }

    #[test]
    fn one_is_written_as_a_word_only_where_it_is_not_twenty_one() {
        let short = |count| russian().short_list(Whole(count));
        assert!(short(1).contains("сравнить удалось только один аккаунт,"));
        assert!(short(21).contains("сравнить удалось только 21 аккаунт,"));
        assert_eq!(
            russian().listed_all(Whole(1)),
            "В списке единственный подписчик."
        );
        assert_eq!(
            russian().listed_all(Whole(21)),
            "В списке все 21 подписчик."
        );
        let confirmed = |count| russian().confirmed(Whole(count));
        assert!(confirmed(1).starts_with("Один спорный аккаунт проверен"));
        assert!(confirmed(31).starts_with("31 спорный аккаунт проверен"));
        assert!(confirmed(14).starts_with("14 спорных аккаунтов проверены"));
    }

    #[test]
    fn what_is_shared_agrees_with_its_number() {
        let shared = |score| russian().score(MeasureName::Count, score, false);
        assert_eq!(shared(1.0), "1 общий");
        assert_eq!(shared(21.0), "21 общий");
        assert_eq!(shared(813.4), "813 общих");
    }

    #[test]
    fn times_are_short_and_do_not_break() {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        let left = |time| russian().time_left(time).replace('\u{a0}', " ");
        assert_eq!(left(minutes(0)), "Осталось примерно 1 с");
        assert_eq!(left(minutes(40)), "Осталось примерно 40 мин");
        assert_eq!(left(minutes(130)), "Осталось примерно 2 ч 10 мин");
        assert_eq!(left(minutes(3_000)), "Осталось примерно 2 дня 2 ч");
        assert_eq!(left(minutes(5 * 1_440)), "Осталось примерно 5 дней");
        assert!(russian().hours(Whole(2)).contains('\u{a0}'));
        let age = |time| russian().done_before(ANN, Ago(time));
        assert!(age(minutes(0)).contains("получен только что."));
        assert!(age(minutes(61)).contains("получен 1 час назад."));
        assert!(age(minutes(22 * 60)).contains("получен 22 часа назад."));
        assert!(age(minutes(21 * 1_440)).contains("получен 21 день назад."));
    }

    #[test]
    fn money_and_fractions_have_a_comma() {
        let cost = |cost| {
            russian()
                .cost_in_all(About(Cost(cost)))
                .replace('\u{a0}', " ")
        };
        assert_eq!(cost(930_000), "Это обошлось примерно в 0,93 $.");
        assert_eq!(
            cost(4_300_000_000),
            "Это обошлось примерно в 4\u{202f}300 $."
        );
        let score = russian().score(MeasureName::Peers, 0.025, false);
        assert_eq!(score, "пересечение 2,5%");
    }
}
