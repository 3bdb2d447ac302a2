//! What a button under a list does.

use crate::bot::asker::Asker;
use crate::bot::presses::Answer;
use crate::bot::result::measure_name;
use crate::measures;
use crate::model::{Analysis, Control, FileKind, Say, Shown};

/// Shows the list in another way.
pub(in crate::bot) fn leaf(
    asker: &Asker,
    analysis: &Analysis,
    control: Control,
    shown: Shown,
) -> Answer {
    let locale = asker.locale;
    let Some(measure) = measures::ALL.get(usize::from(shown.measure)) else {
        return (Vec::new(), locale.answer_gone());
    };
    let say = Say::Listed {
        analysis: analysis.id,
        message: asker.message,
        shown,
    };
    let text = match control {
        Control::Measure => measure_name(locale, measure.name()),
        _ => String::new(),
    };
    (vec![asker.say(say)], text)
}

/// Tells of one account of the list.
pub(in crate::bot) fn about(asker: &Asker, analysis: &Analysis, place: u16) -> Answer {
    let say = Say::About {
        analysis: analysis.id,
        place,
    };
    (vec![asker.say(say)], String::new())
}

/// Sends all of the list as a file.
pub(in crate::bot) fn file(
    asker: &Asker,
    analysis: &Analysis,
    kind: FileKind,
    measure: u8,
) -> Answer {
    let say = Say::File {
        analysis: analysis.id,
        kind,
        measure,
    };
    (vec![asker.say(say)], asker.locale.answer_file())
}
